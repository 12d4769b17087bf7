package io.twinstream.ingest.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSourcesTest {
    private static final ImageLimits LIMITS = new ImageLimits(1_000, 1_000, 1);

    @TempDir
    Path folder;

    @Test
    void filesFoldersAndArchivesAreOneSequenceInOrderOfNames() throws Exception {
        Files.createDirectories(folder.resolve("class/b"));
        Files.createDirectories(folder.resolve("class/.cache"));
        Files.writeString(folder.resolve("class/b/2.png"), "x");
        Files.writeString(folder.resolve("class/b/1.png"), "x");
        Files.writeString(folder.resolve("class/.cache/9.png"), "x");
        Files.writeString(folder.resolve("class/.DS_Store"), "x");
        Path zip = Zips.write(folder.resolve("people.zip"), "ann/1.png", "x", "top.png", "x", "__MACOSX/._1.png", "x");
        ImageSources sources = ImageSources.of(List.of(folder.resolve("class"), zip, folder.resolve("class/b/2.png")));

        List<NamedImage> images = all(sources);

        assertEquals(
                List.of("class/b/1.png", "class/b/2.png", "people/ann/1.png", "people/top.png", "b/2.png"),
                images.stream().map(image -> String.join("/", image.steps())).toList());
        assertEquals(
                List.of(
                        "class/b/1.png",
                        "class/b/2.png",
                        "people.zip!ann/1.png",
                        "people.zip!top.png",
                        "class/b/2.png"),
                images.stream()
                        .map(image -> image.name().substring(folder.toString().length() + 1))
                        .toList());
        assertEquals(5, sources.count());
    }

    @Test
    void whatSystemsPutThereAndOtherKindsAndLinksToFoldersAreLeftOutInOneLine() throws Exception {
        for (String name : List.of(
                "a/1.png",
                "a/@eaDir/1.png/THUMB.jpg",
                "#recycle/c/1.png",
                "$RECYCLE.BIN/x.png",
                "System Volume Information/x.png",
                "a/Thumbs.db",
                "a/desktop.ini",
                "a/._1.png",
                "a/1.png.json")) {
            Path file = folder.resolve("nas").resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "x");
        }
        Files.createSymbolicLink(folder.resolve("nas/b"), folder.resolve("nas/a"));
        Files.createSymbolicLink(folder.resolve("nas/gone.png"), folder.resolve("nowhere"));
        Path zip = Zips.write(
                folder.resolve("mac.zip"), "g/ann/1.png", "x", "__MACOSX/g/ann/._1.png", "x", "__MACOSX/._g", "x");
        List<String> seen = new ArrayList<>();

        String left = ImageSources.of(List.of(folder.resolve("nas"), zip))
                .forEach(image -> seen.add(String.join("/", image.steps())))
                .line()
                .orElse("");

        assertEquals(List.of("nas/a/1.png", "mac/ann/1.png"), seen);
        assertTrue(left.startsWith("8 that systems put there ("), left);
        assertTrue(left.contains("#recycle"), left);
        assertTrue(
                left.matches(".*, 2 links \\([^)]*nas/b, [^)]*nas/gone.png\\), 1 of other kinds .*1.png.json\\)"),
                left);
    }

    @Test
    void aFileThatIsNamedIsMeant() throws Exception {
        Path odd = Files.writeString(folder.resolve(".hidden.txt"), "x");

        assertEquals(1, ImageSources.of(List.of(odd)).count());
    }

    @Test
    void nothingAndWhatDoesNotExistAreErrorsBeforeAnythingIsRead() {
        assertThrows(InvalidRequestException.class, () -> ImageSources.of(List.of()));
        InvalidRequestException missing =
                assertThrows(InvalidRequestException.class, () -> ImageSources.of(List.of(folder.resolve("missing"))));
        assertTrue(missing.getMessage().contains("missing"));
    }

    @Test
    void aVisitorThatHasEnoughSeesNoMore() throws Exception {
        Path zip = Zips.write(folder.resolve("a.zip"), "1", "x", "2", "x");
        List<String> seen = new ArrayList<>();

        ImageSources.of(List.of(zip, zip)).forEach(image -> {
            seen.add(image.name());
            return false;
        });

        assertEquals(1, seen.size());
    }

    @Test
    void aBombIsReadNoFurtherThanTheLimit() throws Exception {
        Path zip = Zips.zeros(folder.resolve("bomb.zip"), 300 << 20);
        assertTrue(Files.size(zip) < 1 << 20);

        ImageSources.of(List.of(zip)).forEach(image -> {
            ImageRefusedException refused = assertThrows(ImageRefusedException.class, () -> image.read(LIMITS));
            assertEquals(ImageFault.TOO_MANY_BYTES, refused.fault());
            assertTrue(refused.getMessage().contains("1001 bytes"), refused.getMessage());
            return true;
        });
    }

    @Test
    void anArchiveThatCantBeOpenedIsAnImageThatCantBeRead() throws Exception {
        Path zip = Files.writeString(folder.resolve("broken.zip"), "PK no zip");

        List<NamedImage> images = all(ImageSources.of(List.of(zip)));

        assertEquals(1, images.size());
        assertThrows(IOException.class, () -> images.get(0).read(LIMITS));
    }

    private static List<NamedImage> all(ImageSources sources) throws Exception {
        List<NamedImage> images = new ArrayList<>();
        sources.forEach(images::add);
        return images;
    }
}
