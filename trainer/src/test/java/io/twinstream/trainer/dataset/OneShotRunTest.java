package io.twinstream.trainer.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.Drawings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneShotRunTest {
    @TempDir
    Path folder;

    @BeforeEach
    void drawOneRun() throws IOException {
        Files.createDirectories(folder.resolve("run01/training"));
        Files.createDirectories(folder.resolve("run01/test"));
        for (int i = 1; i <= 2; i++) {
            Drawings.draw(folder.resolve("run01/training/class0%d.png".formatted(i)), i, 1);
            Drawings.draw(folder.resolve("run01/test/item0%d.png".formatted(i)), i, 2);
        }
    }

    @Test
    void eachTestPictureKnowsItsClass() throws IOException {
        label("run01/test/item01.png run01/training/class02.png\nrun01/test/item02.png run01/training/class01.png\n");

        List<OneShotRun> runs = OneShotRun.readAll(folder, 1);

        assertEquals(1, runs.size());
        assertEquals(List.of(1, 0), runs.get(0).answers());
        assertEquals(2, runs.get(0).classes().size());
    }

    @Test
    void aLabelThatNamesNoTrainingPictureIsQuoted() throws IOException {
        label("run01/test/item01.png run01/training/class03.png\n");

        String message = assertThrows(DatasetException.class, () -> OneShotRun.readAll(folder, 1))
                .getMessage();

        assertTrue(message.contains("class03.png"), message);
    }

    @Test
    void aTestPictureThatIsNotThereIsNamed() throws IOException {
        label("run01/test/item03.png run01/training/class01.png\n");

        String message = assertThrows(DatasetException.class, () -> OneShotRun.readAll(folder, 1))
                .getMessage();

        assertTrue(message.contains("item03.png"), message);
    }

    @Test
    void aRunWithoutTestsIsRefused() throws IOException {
        label("");

        assertThrows(DatasetException.class, () -> OneShotRun.readAll(folder, 1));
    }

    @Test
    void aFolderWithoutRunsIsRefused() {
        String message = assertThrows(DatasetException.class, () -> OneShotRun.readAll(folder, 1))
                .getMessage();

        assertTrue(message.startsWith("no one-shot runs in " + folder), message);
    }

    private void label(String lines) throws IOException {
        Files.writeString(folder.resolve("run01/class_labels.txt"), lines);
    }
}
