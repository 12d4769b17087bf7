package io.twinstream.verifier.match;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.FmrPoint;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedModelTest {
    @Test
    void anImageMatchesItselfAtEveryTargetThatWasMeasuredAndBetterThanItMatchesAnyOther() throws IOException {
        ModelPackage model = ShippedModel.read("");
        MatchFunction function = MatchFunction.of(model);
        List<FmrPoint> points = model.manifest().fmrTable().points();
        List<GoldenVector> golden = model.manifest().golden();

        for (GoldenVector one : golden) {
            double itself = function.score(one.embedding(), one.embedding());
            assertTrue(itself >= points.get(points.size() - 1).threshold());
            for (GoldenVector other : golden) {
                assertTrue(itself >= function.score(one.embedding(), other.embedding()));
            }
        }
    }

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
    void whetherThereIsSuchAModelIsKnownWithoutReadingIt(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("model.zip"), "no package");

        assertTrue(ShippedModel.exists(""));
        assertTrue(ShippedModel.exists("wide"));
        assertTrue(ShippedModel.exists(file.toString()));
        assertFalse(ShippedModel.exists(folder.toString()));
        assertFalse(ShippedModel.exists("no-such-model"));
        assertFalse(ShippedModel.exists("/nowhere/model.zip"));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        InvalidPackageException missing =
                assertThrows(InvalidPackageException.class, () -> ShippedModel.read("/nowhere/model.zip"));

        assertEquals("no model package at /nowhere/model.zip", missing.getMessage());
    }
}
