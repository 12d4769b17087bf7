package io.twinstream.trainer.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.trainer.Drawings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSetTest {
    @TempDir
    Path folder;

    @Test
    void classesAndTheirGroupsComeInTheOrderOfTheirNames() throws IOException {
        Drawings.write(folder, "", 2, 2, 3);

        ImageSet read = ImageSet.read(folder, 1);

        assertEquals(
                "[group0/class0, group0/class1, group1/class0, group1/class1]",
                read.classes().stream().map(ImageClass::path).toList().toString());
        assertEquals("group1", read.classes().get(2).group());
        assertEquals(12, read.imageCount());
    }

    @Test
    void classesMayLieInTheFolderWithoutGroups() throws IOException {
        Drawings.write(folder, "", 1, 2, 2);

        ImageSet read = ImageSet.read(folder.resolve("group0"), 1);

        assertEquals("", read.classes().get(0).group());
        assertEquals("class0", read.classes().get(0).path());
    }

    @Test
    void anUnreadableImageIsNamed() throws IOException {
        Drawings.write(folder, "", 1, 2, 2);
        Path broken = folder.resolve("group0/class1/0.png");
        Files.writeString(broken, "no image");

        String message = refusal();

        assertTrue(message.startsWith(folder + " has 1 images that can't be read"), message);
        assertTrue(message.contains(", the first is group0/class1/0.png: the bytes are no "), message);
    }

    @Test
    void aClassWithOneImageIsNamed() throws IOException {
        Drawings.write(folder, "", 1, 2, 2);
        Files.delete(folder.resolve("group0/class1/1.png"));

        String message = refusal();

        assertTrue(message.startsWith(folder + " has 1 classes with one image"), message);
        assertTrue(message.contains(", the first is group0/class1; "), message);
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

        String message = refusal();

        assertTrue(message.startsWith(folder + " has 1 images in no class"), message);
        assertTrue(message.contains(", the first is stray.png; "), message);
    }

    @Test
    void foldersOfOneNameInTwoFormsAreOneClassAndLoseNoPicture() throws IOException {
        Drawings.write(folder, "", 1, 3, 2);
        Files.move(folder.resolve("group0/class0"), folder.resolve("group0/Jos\u00e9"));
        Files.move(folder.resolve("group0/class1"), folder.resolve("group0/Jose\u0301"));

        ImageSet read = ImageSet.read(folder, 1);

        assertEquals(
                List.of("group0/Jos\u00e9", "group0/class2"),
                read.classes().stream().map(ImageClass::path).toList());
        assertEquals(4, read.classes().get(0).images().size());
    }

    @Test
    void whatSystemsPutBesidePicturesIsNoPicture() throws IOException {
        Drawings.write(folder, "", 1, 2, 2);
        String before = ImageSet.read(folder, 1).fingerprint();
        for (String name : List.of("@eaDir/0.png/THUMB.jpg", "._0.png", ".git/0.png", "Thumbs.db")) {
            Path file = folder.resolve("group0/class0").resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "no picture of anybody");
        }
        Files.createSymbolicLink(folder.resolve("group0/link"), folder.resolve("group0/class0"));

        assertEquals(before, ImageSet.read(folder, 1).fingerprint());
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        folder = folder.resolve("elsewhere");

        assertTrue(refusal().contains(folder.toString()));
    }

    @Test
    void theFingerprintChangesWithAByteAndWithAName() throws IOException {
        Drawings.write(folder, "", 1, 2, 2);
        String before = ImageSet.read(folder, 1).fingerprint();
        assertEquals(before, ImageSet.read(folder, 1).fingerprint());

        Drawings.draw(folder.resolve("group0/class0/0.png"), 1, 99);
        String redrawn = ImageSet.read(folder, 1).fingerprint();
        Files.move(folder.resolve("group0/class0/0.png"), folder.resolve("group0/class0/2.png"));
        String renamed = ImageSet.read(folder, 1).fingerprint();

        assertNotEquals(before, redrawn);
        assertNotEquals(redrawn, renamed);
    }

    @Test
    void theFingerprintOfAFolderIsThatOfItsSortedNamesAndContents() throws IOException {
        Drawings.write(folder, "", 1, 2, 2);
        StringBuilder lines = new StringBuilder();
        for (String name : List.of("class0/0.png", "class0/1.png", "class1/0.png", "class1/1.png")) {
            byte[] content = Files.readAllBytes(folder.resolve("group0").resolve(name));
            lines.append("group0/%s %s\n".formatted(name, Sha256.of(content)));
        }

        assertEquals(
                Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8)),
                ImageSet.read(folder, 1).fingerprint());
    }

    @Test
    void theDrawerIsTheLastPartOfAFilesName() {
        assertEquals("07", drawer("Greek/character_01/0394_07.png"));
        assertEquals("", drawer("Greek/character_01/0394.png"));
        assertEquals("b", drawer("a_b"));
    }

    private static String drawer(String name) {
        return new DecodedImage(name, new byte[0], new Picture(0, 0, 1, new byte[0])).drawer();
    }

    private String refusal() {
        return assertThrows(DatasetException.class, () -> ImageSet.read(folder, 1))
                .getMessage();
    }
}
