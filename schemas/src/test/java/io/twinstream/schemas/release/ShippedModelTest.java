package io.twinstream.schemas.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.schemas.modelpackage.InvalidPackageException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ShippedModelTest {
    @Test
    void aShippedModelHasAName() throws IOException {
        assertEquals(
                ShippedModel.read("").sha256(), ShippedModel.read("compact").sha256());
    }

    @Test
    void aNameThatNoShippedModelHasIsSaid() {
        InvalidPackageException missing =
                assertThrows(InvalidPackageException.class, () -> ShippedModel.read("no-such-model"));

        assertEquals(
                "no model package at no-such-model, and Twinstream ships no model of that name", missing.getMessage());
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        InvalidPackageException missing =
                assertThrows(InvalidPackageException.class, () -> ShippedModel.read("/nowhere/model.zip"));

        assertEquals("no model package at /nowhere/model.zip", missing.getMessage());
    }
}
