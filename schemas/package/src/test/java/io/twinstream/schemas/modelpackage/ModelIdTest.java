package io.twinstream.schemas.modelpackage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelIdTest {
    @Test
    void whatIsWrittenIsRead() {
        ModelId id = new ModelId("letters", "2.1-a");

        assertEquals("letters/2.1-a", id.toString());
        assertEquals("letters/2.1-a/17", id.chunkKey(17));
        assertEquals(id, ModelId.parse("letters/2.1-a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "letters", "/1", "letters/", "a/b/c", "a b/1", "a/1\n", "ä/1"})
    void whatIsNoModelIsRefusedInOneLine(String text) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> ModelId.parse(text));

        assertFalse(String.valueOf(refused.getMessage()).contains("\n"));
    }
}
