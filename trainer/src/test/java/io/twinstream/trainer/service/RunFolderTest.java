package io.twinstream.trainer.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path work;

    private RunFolder folder;

    @BeforeEach
    void fill() throws IOException {
        folder = new RunFolder(work, "run");
        Files.writeString(folder.checkpoints().resolve("checkpoint"), "state");
        Files.writeString(folder.heldBack(), "images");
        Files.writeString(folder.parent(), "parent");
        Files.writeString(folder.teacher(0), "teacher");
        Files.writeString(folder.teacher(1), "teacher");
        folder.keepModel(new byte[] {1});
    }

    @Test
    void ofARefusedRunTheModelAloneStays() throws IOException {
        folder.removeTraining();

        try (Stream<Path> left = Files.list(work.resolve("run"))) {
            assertEquals(List.of(folder.model()), left.toList());
        }
    }

    @Test
    void nothingStaysOfARunThatIsRemoved() throws IOException {
        folder.remove();

        assertFalse(Files.exists(work.resolve("run")));
    }
}
