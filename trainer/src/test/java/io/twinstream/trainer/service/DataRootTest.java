package io.twinstream.trainer.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataRootTest {
    @TempDir
    Path folder;

    private DataRoot root;

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(folder.resolve("data/letters"));
        Files.createDirectories(folder.resolve("secret"));
        Files.createSymbolicLink(folder.resolve("data/link"), folder.resolve("secret"));
        root = new DataRoot(Optional.of(folder.resolve("data")));
    }

    @Test
    void whatLiesUnderItIsFound() throws Exception {
        String expected = folder.resolve("data/letters").toRealPath().toString();

        assertEquals(expected, root.resolve("images", "letters"));
        assertEquals(expected, root.resolve("images", expected));
        assertEquals("topic:", root.resolve("images", "topic:"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "link", "letters/../../secret", "/", "none", "", "a\0b"})
    void whatLiesElsewhereIsAnsweredAsIfItWereNotThere(String source) {
        RequestRefusedException refused =
                assertThrows(RequestRefusedException.class, () -> root.resolve("images", source));

        assertTrue(String.valueOf(refused.getMessage()).startsWith("images: there is no '"), refused.getMessage());
    }

    @Test
    void withoutARootOnlyTheTopicCanBeNamed() throws Exception {
        DataRoot none = new DataRoot(Optional.empty());

        assertEquals("topic:", none.resolve("images", "topic:"));
        assertThrows(
                RequestRefusedException.class,
                () -> none.resolve("images", folder.resolve("data/letters").toString()));
    }
}
