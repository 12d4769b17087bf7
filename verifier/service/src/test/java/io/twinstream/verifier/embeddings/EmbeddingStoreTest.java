package io.twinstream.verifier.embeddings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingStoreTest {
    private static final int LENGTH = 5;
    private static final int MANY = 3_000;

    @TempDir
    Path path;

    @Test
    void whatWasKeptIsReadBackOnce() {
        keep(MANY);

        try (EmbeddingStore store = open()) {
            Set<Integer> places = new HashSet<>();
            for (int i = MANY - 1; i >= 0; i--) {
                assertTrue(places.add(assertFound(store, i)));
                assertMissing(store, i);
            }
            assertMissing(store, MANY);
        }
    }

    @Test
    void callersThatClaimAtOnceEachGetAPlaceOfTheirOwn() {
        keep(MANY);

        try (EmbeddingStore store = open()) {
            Set<Integer> places = ConcurrentHashMap.newKeySet();
            IntStream.range(0, MANY).parallel().forEach(i -> assertTrue(places.add(assertFound(store, i))));
            assertEquals(MANY, places.size());
        }
    }

    @Test
    void aFileThatIsClosedWhileItIsReadStaysWhole() throws Exception {
        keep(MANY);
        for (int round = 0; round < 20; round++) {
            try (EmbeddingStore store = open()) {
                CountDownLatch reading = new CountDownLatch(1);
                Thread reader = new Thread(() -> IntStream.range(0, MANY).forEach(i -> {
                    store.claim(hash(i), new float[LENGTH]);
                    reading.countDown();
                }));
                reader.start();
                reading.await();
                store.close();
                reader.join();
            }
        }

        try (EmbeddingStore store = open()) {
            IntStream.range(0, MANY).forEach(i -> assertFound(store, i));
        }
    }

    @Test
    void whatNobodyHasClaimedIsOverwrittenOnceAllIsEnrolled() throws IOException {
        keep(3);

        try (EmbeddingStore store = open()) {
            assertFound(store, 1);
            store.complete();
            assertFalse(holds(0));
            assertTrue(holds(1));
            assertFalse(holds(2));
        }
    }

    @Test
    void anErasedEmbeddingIsOverwrittenAndItsPlaceUsedAgain() throws IOException {
        try (EmbeddingStore store = open()) {
            int first = store.keep(hash(0), embedding(0));
            store.keep(hash(1), embedding(1));
            assertTrue(holds(0));

            store.erase(first);

            assertFalse(holds(0));
            assertTrue(holds(1));
            assertEquals(first, store.keep(hash(2), embedding(2)));
        }
        try (EmbeddingStore store = open()) {
            assertMissing(store, 0);
            assertFound(store, 1);
            assertFound(store, 2);
        }
    }

    @Test
    void aFileThatEndsAnywhereGivesWhatIsWholeAndNothingElse() throws IOException {
        keep(10);
        byte[] whole = Files.readAllBytes(file());
        for (int bytes = 0; bytes < whole.length; bytes += bytes < 4_000 || bytes > whole.length - 60 ? 7 : 997) {
            Files.write(file(), Arrays.copyOf(whole, bytes));

            try (EmbeddingStore store = open()) {
                int behind = (whole.length - bytes + LENGTH * Float.BYTES - 1) / (LENGTH * Float.BYTES);
                for (int i = 0; i < 10; i++) {
                    if (i < 10 - behind) {
                        assertFound(store, i);
                    } else {
                        assertMissing(store, i);
                    }
                }
                assertNotEquals(EmbeddingStore.NONE, store.keep(hash(50), embedding(50)));
            }
            try (EmbeddingStore store = open()) {
                assertFound(store, 50);
            }
        }
    }

    @Test
    void aDamagedEmbeddingIsNotFoundAndOverwritten() throws IOException {
        keep(2);
        byte[] bytes = Files.readAllBytes(file());
        bytes[bytes.length - 1] ^= 1;
        Files.write(file(), bytes);

        try (EmbeddingStore store = open()) {
            assertFound(store, 0);
            assertMissing(store, 1);
        }
        byte[] left = Files.readAllBytes(file());
        for (int i = bytes.length - LENGTH * Float.BYTES; i < bytes.length; i++) {
            assertEquals(0, left[i]);
        }
    }

    @Test
    void anotherModelsFileIsNotRead() throws IOException {
        keep(2);
        Files.copy(file(), path.resolve("other.embeddings"));

        try (EmbeddingStore store = new EmbeddingFolder(path.toString()).open("other", LENGTH)) {
            assertMissing(store, 0);
            store.keep(hash(7), embedding(7));
        }
        try (EmbeddingStore store = new EmbeddingFolder(path.toString()).open("other", LENGTH)) {
            assertFound(store, 7);
        }
    }

    @Test
    void aSecondUserOfAFileKeepsNothing() {
        try (EmbeddingStore first = open();
                EmbeddingStore second = open()) {
            assertEquals(EmbeddingStore.NONE, second.keep(hash(0), embedding(0)));
            assertMissing(second, 0);
            assertNotEquals(EmbeddingStore.NONE, first.keep(hash(0), embedding(0)));
        }
        try (EmbeddingStore store = open()) {
            assertFound(store, 0);
        }
    }

    @Test
    void onlyFilesThatNobodyUsesAreSwept() throws IOException {
        EmbeddingFolder folder = new EmbeddingFolder(path.toString());
        folder.open("gone", LENGTH).close();
        try (EmbeddingStore store = open()) {
            store.keep(hash(0), embedding(0));

            folder.sweepNow();

            assertTrue(Files.exists(file()));
            assertFalse(Files.exists(path.resolve("gone.embeddings")));
            try (FileChannel other = FileChannel.open(file(), StandardOpenOption.READ)) {
                assertEquals(file().toFile().length(), other.size());
            }
        }
        folder.sweepNow();
        assertFalse(Files.exists(file()));
    }

    @Test
    void samePicturesEachHaveAPlaceOfTheirOwn() {
        try (EmbeddingStore store = open()) {
            for (int i = 0; i < 3; i++) {
                store.keep(hash(1), embedding(1));
            }
        }
        try (EmbeddingStore store = open()) {
            Set<Integer> places = Set.of(assertFound(store, 1), assertFound(store, 1), assertFound(store, 1));
            assertEquals(3, places.size());
            assertMissing(store, 1);
        }
    }

    @Test
    void withoutAFolderNothingIsKept() {
        try (EmbeddingStore store = new EmbeddingFolder("").open("key", LENGTH)) {
            assertEquals(EmbeddingStore.NONE, store.keep(hash(0), embedding(0)));
            assertMissing(store, 0);
            store.erase(EmbeddingStore.NONE);
            store.complete();
        }
    }

    private void keep(int count) {
        try (EmbeddingStore store = open()) {
            for (int i = 0; i < count; i++) {
                store.keep(hash(i), embedding(i));
            }
        }
    }

    private EmbeddingStore open() {
        return new EmbeddingFolder(path.toString()).open("key", LENGTH);
    }

    private Path file() {
        return path.resolve("key.embeddings");
    }

    private boolean holds(int i) throws IOException {
        ByteBuffer wanted = ByteBuffer.allocate(LENGTH * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        wanted.asFloatBuffer().put(embedding(i));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file()));
        for (int at = 0; at <= bytes.capacity() - wanted.capacity(); at++) {
            if (bytes.slice(at, wanted.capacity()).equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    private static int assertFound(EmbeddingStore store, int i) {
        float[] found = new float[LENGTH];
        int place = store.claim(hash(i), found);
        assertNotEquals(EmbeddingStore.NONE, place, "embedding " + i);
        assertArrayEquals(embedding(i), found);
        return place;
    }

    private static void assertMissing(EmbeddingStore store, int i) {
        assertEquals(EmbeddingStore.NONE, store.claim(hash(i), new float[LENGTH]), "embedding " + i);
    }

    /** Returns hashes of which many begin with the same bytes. */
    private static byte[] hash(int i) {
        byte[] hash = new byte[32];
        ByteBuffer.wrap(hash).putInt(i / 5 * 0x9E3779B1).putInt(4, i).put(31, (byte) 1);
        return hash;
    }

    private static float[] embedding(int i) {
        return new float[] {i, i + 0.5f, -i - 1, 3, 1f / (i + 1)};
    }
}
