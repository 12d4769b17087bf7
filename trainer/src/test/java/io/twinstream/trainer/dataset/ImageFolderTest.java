package io.twinstream.trainer.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.Drawings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    @TempDir
    Path folder;

    @Test
    void classesAndTheirGroupsComeInTheOrderOfTheirNames() throws IOException {
        Drawings.write(folder, "", 2, 2, 3);

        ImageFolder read = ImageFolder.read(folder, 1);

        assertEquals(
                "[group0/class0, group0/class1, group1/class0, group1/class1]",
                read.classes().stream().map(ImageClass::path).toList().toString());
        assertEquals("group1", read.classes().get(2).group());
        assertEquals(12, read.imageCount());
    }

    @Test
    void classesMayLieInTheFolderWithoutGroups() throws IOException {
        Drawings.write(folder, "", 1, 2, 2);

        ImageFolder read = ImageFolder.read(folder.resolve("group0"), 1);

        assertEquals("", read.classes().get(0).group());
        assertEquals("class0", read.classes().get(0).path());
    }

    @Test
    void anUnreadableImageIsNamed() throws IOException {
        Drawings.write(folder, "", 1, 2, 2);
        Path broken = folder.resolve("group0/class1/0.png");
        Files.writeString(broken, "no image");

        String message = refusal();

        assertTrue(message.startsWith(broken.toString()), message);
    }

    @Test
    void aClassWithOneImageIsNamed() throws IOException {
        Drawings.write(folder, "", 1, 2, 2);
        Files.delete(folder.resolve("group0/class1/1.png"));

        String message = refusal();

        assertTrue(message.startsWith("class group0/class1 in " + folder), message);
    }

    @Test
    void aFolderWithoutClassesIsToldTheLayout() throws IOException {
        Files.writeString(folder.resolve("readme.txt"), "not an image");

        String message = refusal();

        assertTrue(message.contains("holds 0 classes") && message.contains("CLASS/IMAGE.png"), message);
    }

    @Test
    void imagesOutsideOfAClassAreRefused() throws IOException {
        Drawings.write(folder, "", 1, 2, 2);
        Drawings.draw(folder.resolve("stray.png"), 1, 1);

        assertTrue(refusal().startsWith("images lie in " + folder));
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        folder = folder.resolve("elsewhere");

        assertTrue(refusal().contains(folder.toString()));
    }

    @Test
    void theFingerprintChangesWithAByteAndWithAName() throws IOException {
        Drawings.write(folder, "", 1, 2, 2);
        String before = ImageFolder.read(folder, 1).fingerprint();
        assertEquals(before, ImageFolder.read(folder, 1).fingerprint());

        Drawings.draw(folder.resolve("group0/class0/0.png"), 1, 99);
        String redrawn = ImageFolder.read(folder, 1).fingerprint();
        Files.move(folder.resolve("group0/class0/0.png"), folder.resolve("group0/class0/2.png"));
        String renamed = ImageFolder.read(folder, 1).fingerprint();

        assertNotEquals(before, redrawn);
        assertNotEquals(redrawn, renamed);
    }

    private String refusal() {
        return assertThrows(DatasetException.class, () -> ImageFolder.read(folder, 1))
                .getMessage();
    }
}
