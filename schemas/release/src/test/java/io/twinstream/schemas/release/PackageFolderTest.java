package io.twinstream.schemas.release;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageFolderTest {
    private static final int FILE_BYTES = 100;
    private static final Instant NOON = Instant.parse("2024-02-29T12:00:00Z");

    @TempDir
    Path folder;

    private Instant now = NOON;

    @Test
    void whatIsPutIsRead() throws IOException {
        String sha256 = put(cache(1_000), 1);

        assertArrayEquals(bytes(1), read(sha256));
        assertEquals(List.of(sha256 + ".zip"), files());
    }

    @Test
    void anAbsentOrDamagedFileIsNotThere() throws IOException {
        String sha256 = put(cache(1_000), 1);
        Files.write(folder.resolve(sha256 + ".zip"), bytes(2));

        assertEquals(Optional.empty(), cache(1_000).read(sha256));
        assertEquals(Optional.empty(), cache(1_000).read("0".repeat(64)));
        put(cache(1_000), 1);
        assertArrayEquals(bytes(1), read(sha256));
    }

    @Test
    void aFetchThatFailsLeavesNothing() throws IOException {
        String sha256 = Sha256.of(bytes(1));

        assertThrows(
                IllegalStateException.class,
                () -> cache(1_000).put(sha256, out -> {
                    out.write(bytes(2));
                    throw new IllegalStateException("the broker is gone");
                }));

        assertEquals(List.of(), files());
    }

    @Test
    void aboveTheBoundTheLeastRecentlyUsedGo() throws IOException {
        String first = put(cache(3 * FILE_BYTES), 1);
        later(Duration.ofMinutes(5));
        String second = put(cache(3 * FILE_BYTES), 2);
        later(Duration.ofMinutes(5));
        String third = put(cache(3 * FILE_BYTES), 3);
        later(Duration.ofMinutes(5));
        cache(3 * FILE_BYTES).read(first);
        later(Duration.ofMinutes(5));

        String fourth = put(cache(3 * FILE_BYTES), 4);

        assertEquals(
                Stream.of(first, third, fourth)
                        .map(sha -> sha + ".zip")
                        .sorted()
                        .toList(),
                files());
        assertFalse(files().contains(second + ".zip"));
    }

    @Test
    void whatWasUsedWithinAMinuteStaysWhateverTheBound() throws IOException {
        String first = put(cache(10), 1);
        later(Duration.ofSeconds(59));

        String second = put(cache(10), 2);

        assertEquals(Stream.of(first, second).map(sha -> sha + ".zip").sorted().toList(), files());
        later(Duration.ofMinutes(2));
        String third = put(cache(10), 3);
        assertEquals(List.of(third + ".zip"), files());
    }

    @Test
    void whatADeadProcessLeftHalfWrittenGoesAndWhatALiveOneWritesStays() throws IOException {
        part("dead", PackageFolder.ABANDONED.plusSeconds(1));
        part("live", Duration.ofMinutes(1));

        String sha256 = put(cache(1_000), 1);

        assertEquals(Stream.of(sha256 + ".zip", "live.part").sorted().toList(), files());
    }

    @Test
    void filesOfOthersAreLeftAlone() throws IOException {
        Files.write(folder.resolve("notes.txt"), bytes(1));

        String sha256 = put(cache(10), 1);

        assertEquals(Stream.of(sha256 + ".zip", "notes.txt").sorted().toList(), files());
    }

    @Test
    void twoThatPutTheSameAtOnceBothHaveIt() throws Exception {
        String sha256 = Sha256.of(bytes(1));
        Callable<Boolean> task = () -> {
            for (int i = 0; i < 50; i++) {
                PackageFolder cache = cache(10);
                cache.put(sha256, out -> out.write(bytes(1)));
                Optional<InputStream> held = cache.read(sha256);
                if (held.isEmpty()) {
                    return false;
                }
                held.get().close();
            }
            return true;
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (Future<Boolean> whole : threads.invokeAll(List.of(task, task))) {
                assertTrue(whole.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(List.of(sha256 + ".zip"), files());
    }

    @Test
    void aFolderThatCantBeMadeIsSaidWithTheMend() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        PackageFolder cache = new PackageFolder(file.resolve("models"), 10, Clock.systemUTC());

        String message = assertThrows(IOException.class, () -> put(cache, 1)).getMessage();

        assertEquals(
                "the folder %s can't be written to: set models.cache.dir to one that can"
                        .formatted(file.resolve("models")),
                message);
    }

    private PackageFolder cache(long mostBytes) {
        return new PackageFolder(folder, mostBytes, Clock.fixed(now, ZoneOffset.UTC));
    }

    private void later(Duration duration) {
        now = now.plus(duration);
    }

    private static String put(PackageFolder cache, int content) throws IOException {
        String sha256 = Sha256.of(bytes(content));
        cache.put(sha256, out -> out.write(bytes(content)));
        return sha256;
    }

    private void part(String name, Duration age) throws IOException {
        Path part = Files.write(folder.resolve(name + ".part"), bytes(1));
        Files.setLastModifiedTime(part, FileTime.from(now.minus(age)));
    }

    private List<String> files() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.map(file -> file.getFileName().toString()).sorted().forEach(names::add);
        }
        return names;
    }

    private byte[] read(String sha256) throws IOException {
        try (InputStream bytes = cache(1_000).read(sha256).orElseThrow()) {
            return bytes.readAllBytes();
        }
    }

    private static byte[] bytes(int content) {
        byte[] bytes = new byte[FILE_BYTES];
        bytes[0] = (byte) content;
        return bytes;
    }
}
