package io.twinstream.schemas.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FolderSpaceTest {
    @TempDir
    Path folder;

    @Test
    void aFolderThatTakesFilesIsLeftAsItWasAndMadeWhereItIsMissing() throws IOException {
        Path deep = folder.resolve("a/b");

        assertEquals("", FolderSpace.trouble(deep, 1));

        try (var files = Files.list(deep)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void tooLittleRoomIsSaidInNumbers() {
        String trouble = FolderSpace.trouble(folder, Long.MAX_VALUE);

        assertTrue(trouble.startsWith(folder + " has "), trouble);
        assertTrue(trouble.endsWith(" are needed"), trouble);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderThatTakesNoFilesIsNamedInOneLine() {
        String trouble = FolderSpace.trouble(Path.of("/proc"), 1);

        assertTrue(trouble.contains("/proc"), trouble);
        assertEquals(1, trouble.lines().count());
    }
}
