package io.twinstream.trainer.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.ArchiveSource.ArchiveLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveSourceTest {
    @TempDir
    Path folder;

    @TempDir
    Path packed;

    private Map<String, byte[]> entries;

    @BeforeEach
    void draw() throws IOException {
        Drawings.write(folder, "", 2, 2, 3);
        entries = Archives.entries(folder);
    }

    @Test
    void anArchiveOfAFolderIsTheSameSetAsTheFolder() throws IOException {
        entries.put("readme.txt", new byte[10]);
        entries.put("group0/class0/.hidden.png", new byte[10]);
        entries.put("__MACOSX/group0/class0/1.png", new byte[10]);
        entries.put("group0/class0/@eaDir/1.png/THUMB.jpg", new byte[10]);
        ImageSet expected = ImageSet.read(folder, 1);

        for (Path archive : List.of(
                Archives.zip(packed.resolve("a.zip"), entries),
                Archives.tar(packed.resolve("a.tar"), entries),
                Archives.tarGz(packed.resolve("a.tar.gz"), entries),
                Archives.tarGz(packed.resolve("a.TGZ"), entries),
                Archives.tarXz(packed.resolve("a.tar.xz"), entries))) {
            ImageSet read = ImageSet.read(archive, 1);

            assertEquals(expected.fingerprint(), read.fingerprint(), archive.toString());
            assertEquals(
                    expected.classes().stream().map(ImageClass::path).toList(),
                    read.classes().stream().map(ImageClass::path).toList());
        }
    }

    @Test
    void namesThatPointElsewhereAreOnlyNames() throws IOException {
        Map<String, byte[]> hostile = new LinkedHashMap<>();
        entries.forEach((name, content) -> hostile.put("../../../../" + name, content));

        for (Path archive : List.of(
                Archives.zip(packed.resolve("a.zip"), hostile), Archives.tar(packed.resolve("a.tar"), hostile))) {
            assertEquals(
                    "group0/class0", ImageSet.read(archive, 1).classes().get(0).path());
        }
        assertEquals(List.of("a.tar", "a.zip"), names(packed));
    }

    @Test
    void aFileOfAZipWhoseNameAnotherHasIsListed() throws IOException {
        String name = entries.keySet().iterator().next();
        entries.put("../" + name, new byte[] {1});
        ProblemList problems = new ProblemList();

        ImageSet read = ImageSet.read(DataSource.of(Archives.zip(packed.resolve("a.zip"), entries)), 1, problems);

        assertEquals(
                List.of(name + ": another file in the archive has its name: give each a name of its own"),
                problems.findings().get(0).first());
        assertEquals(ImageSet.read(folder, 1).fingerprint(), read.fingerprint());
    }

    @Test
    void aLinkIsListedAndNotFollowed() throws IOException {
        byte[] image = entries.values().iterator().next();
        Path archive = Archives.tarWithLink(packed.resolve("a.tar"), "a/1.png", image, "a/2.png");

        ProblemList problems = new ProblemList();
        ImageSet.read(DataSource.of(archive), 1, problems);

        assertTrue(problems.findings().get(0).first().get(0).startsWith("a/2.png: it is a link"));
    }

    @Test
    void anArchiveThatUnpacksToTooManyBytesIsRefusedWithoutUnpackingIt() throws IOException {
        Map<String, byte[]> bomb = new LinkedHashMap<>(entries);
        bomb.put("zeros.bin", new byte[4 << 20]);
        ArchiveLimits limits = new ArchiveLimits(1 << 20, 100);

        for (Path archive : List.of(
                Archives.tar(packed.resolve("a.tar"), bomb),
                Archives.tarGz(packed.resolve("a.tar.gz"), bomb),
                Archives.tarXz(packed.resolve("a.tar.xz"), bomb))) {
            assertEquals(
                    archive + " can't be used: it holds more than 1048576 bytes decompressed: split it",
                    refusal(new ArchiveSource(archive, limits)));
        }
    }

    @Test
    void aZipFileOfImagesThatUnpackToTooManyBytesIsRefused() throws IOException {
        Map<String, byte[]> bomb = new TreeMap<>();
        for (int i = 0; i < 8; i++) {
            bomb.put("a/%d.png".formatted(i), new byte[2 << 20]);
        }
        Path archive = Archives.zip(packed.resolve("a.zip"), bomb);

        String message = refusal(new ArchiveSource(archive, new ArchiveLimits(3 << 20, 100)));

        assertTrue(message.contains("more than 3145728 bytes decompressed"), message);
    }

    @Test
    void anArchiveOfTooManyEntriesIsRefused() throws IOException {
        for (Path archive : List.of(
                Archives.zip(packed.resolve("a.zip"), entries), Archives.tar(packed.resolve("a.tar"), entries))) {
            assertTrue(refusal(new ArchiveSource(archive, new ArchiveLimits(1 << 30, 11)))
                    .contains("it has more than 11 entries"));
        }
    }

    @Test
    void anArchiveCutOffAnywhereIsOneLine() throws IOException {
        for (Path archive : List.of(
                Archives.zip(packed.resolve("a.zip"), entries),
                Archives.tar(packed.resolve("a.tar"), entries),
                Archives.tarGz(packed.resolve("a.tar.gz"), entries),
                Archives.tarXz(packed.resolve("a.tar.xz"), entries))) {
            byte[] whole = Files.readAllBytes(archive);
            for (int cut = 1; cut < 20; cut++) {
                Files.write(archive, Arrays.copyOf(whole, whole.length / 2 * cut / 20));
                assertOneLine(archive);
            }
        }
    }

    @Test
    void randomDamageIsOneLineOrAListedImage() throws IOException {
        Random random = new Random(1);
        for (Path archive : List.of(
                Archives.zip(packed.resolve("a.zip"), entries),
                Archives.tar(packed.resolve("a.tar"), entries),
                Archives.tarGz(packed.resolve("a.tar.gz"), entries))) {
            byte[] whole = Files.readAllBytes(archive);
            for (int round = 0; round < 100; round++) {
                byte[] damaged = whole.clone();
                for (int flips = 0; flips < 8; flips++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                Files.write(archive, damaged);
                try {
                    ImageSet.read(DataSource.of(archive), 1, new ProblemList());
                } catch (DatasetException e) {
                    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                }
            }
        }
    }

    @Test
    void aDamagedEntryOfAZipFileIsOnlyItsOwnFailure() throws IOException {
        Path archive = Archives.zip(packed.resolve("a.zip"), entries);
        byte[] bytes = Files.readAllBytes(archive);
        bytes[100] ^= 1;
        Files.write(archive, bytes);

        ProblemList problems = new ProblemList();
        ImageSet read = ImageSet.read(DataSource.of(archive), 1, problems);

        assertEquals(1, problems.count(DataProblem.UNREADABLE));
        assertTrue(problems.findings().get(0).first().get(0).contains(": it is damaged in the archive: "));
        assertEquals(11, read.imageCount());
    }

    @Test
    void whatIsNoArchiveIsNamed() throws IOException {
        for (String name : List.of("a.zip", "a.tar", "a.tgz", "a.tar.xz")) {
            Path file = packed.resolve(name);
            assertTrue(refusal(DataSource.of(file)).startsWith("no archive of images at " + file));
            Files.write(file, "no archive at all".repeat(100).getBytes(StandardCharsets.UTF_8));
            assertOneLine(file);
        }
    }

    private static void assertOneLine(Path archive) {
        String message = refusal(DataSource.of(archive));
        assertTrue(message.startsWith(archive.toString()), message);
        assertEquals(1, message.lines().count(), message);
    }

    private static String refusal(DataSource source) {
        return assertThrows(DatasetException.class, () -> ImageSet.read(source, 1, new ProblemList()), source::toString)
                .getMessage();
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
