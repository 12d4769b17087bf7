package io.twinstream.verifier.embeddings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.verifier.match.KeptNumbers.UnreadableNumbersException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingStoreTest {
    private static final int LENGTH = 5;
    private static final int MANY = 3_000;
    /** Where the first embedding lies in a file, behind the header and the entries of its block. */
    private static final int FIRST_AT = 4096 + 1024 * 40;

    private static final int BYTES = LENGTH * Float.BYTES;

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
        byte[] whole = Arrays.copyOf(Files.readAllBytes(file()), FIRST_AT + 10 * BYTES);
        for (int bytes = 0; bytes < whole.length; bytes += bytes < 4_000 || bytes > whole.length - 60 ? 7 : 997) {
            Files.write(file(), Arrays.copyOf(whole, bytes));

            try (EmbeddingStore store = open()) {
                int behind = (whole.length - bytes + BYTES - 1) / BYTES;
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
        bytes[FIRST_AT + 2 * BYTES - 1] ^= 1;
        Files.write(file(), bytes);

        try (EmbeddingStore store = open()) {
            assertFound(store, 0);
            assertMissing(store, 1);
        }
        byte[] left = Files.readAllBytes(file());
        for (int i = FIRST_AT + BYTES; i < FIRST_AT + 2 * BYTES; i++) {
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
    void whatIsKeptIsReadWhereItLiesForAsLongAsSomebodyReadsIt() throws IOException {
        keep(MANY);
        EmbeddingStore store = open();
        int[] places = IntStream.range(0, MANY).map(i -> assertFound(store, i)).toArray();
        int added = store.keep(hash(MANY), embedding(MANY));
        store.close();
        Files.delete(file());

        for (int i = 0; i < MANY; i++) {
            assertReads(store, places[i], i);
        }
        assertReads(store, added, MANY);
        assertFalse(store.holds(EmbeddingStore.NONE));
        assertFalse(store.holds(1_000_000));
    }

    @Test
    void whatIsWrittenAndErasedWhileOthersReadIsSeenByThem() throws Exception {
        try (EmbeddingStore store = open()) {
            int first = store.keep(hash(0), embedding(0));
            int[] places = new int[MANY];
            AtomicInteger kept = new AtomicInteger();
            Thread writer = new Thread(() -> {
                for (int i = 1; i < MANY; i++) {
                    places[i] = store.keep(hash(i), embedding(i));
                    kept.set(i);
                }
            });
            writer.start();
            while (kept.get() < MANY - 1) {
                int latest = kept.get();
                assertReads(store, latest == 0 ? first : places[latest], latest);
            }
            writer.join();

            store.erase(first);

            float[] read = new float[LENGTH];
            store.read(first, read);
            assertArrayEquals(new float[LENGTH], read);
        }
    }

    @Test
    void aFileThatIsCutUnderItsReadersIsSaidToBeUnreadableAndGivenUp() throws Exception {
        for (int round = 0; round < 3; round++) {
            EmbeddingStore store = open();
            int[] places = IntStream.range(0, MANY)
                    .map(i -> store.keep(hash(i), embedding(i)))
                    .toArray();
            for (int i = 0; i < MANY; i++) {
                assertReads(store, places[i], i);
            }
            try (FileChannel other = FileChannel.open(file(), StandardOpenOption.WRITE)) {
                other.truncate(0);
            }
            List<Throwable> thrown = new ArrayList<>();
            // On a thread of its own: the JVM may throw an error for the fault later on.
            Thread reader = new Thread(() -> {
                try {
                    store.read(places[MANY - 1], new float[LENGTH]);
                } catch (RuntimeException e) {
                    thrown.add(e);
                }
            });
            reader.setUncaughtExceptionHandler((thread, error) -> thrown.add(error));
            reader.start();
            reader.join();

            assertEquals(1, thrown.size());
            String line = assertInstanceOf(UnreadableNumbersException.class, thrown.get(0))
                    .getMessage();
            assertTrue(line.contains(file() + " was cut by somebody"), line);
            assertFalse(Files.exists(file()));
            assertEquals(EmbeddingStore.NONE, store.keep(hash(0), embedding(0)));
        }
    }

    @Test
    void aFileThatWasCutIsGivenUpAtTheNextWriteAndIsNotFilledWithZeros() throws Exception {
        for (long left : new long[] {0, 4096, 4096 + 1024 * 40 + 5 * BYTES}) {
            for (boolean erases : new boolean[] {false, true}) {
                EmbeddingStore store = open();
                int first = store.keep(hash(0), embedding(0));
                IntStream.range(1, MANY).forEach(i -> store.keep(hash(i), embedding(i)));
                try (FileChannel other = FileChannel.open(file(), StandardOpenOption.WRITE)) {
                    other.truncate(left);
                }

                if (erases) {
                    store.erase(first);
                }
                assertEquals(EmbeddingStore.NONE, store.keep(hash(MANY), embedding(MANY)));

                assertFalse(Files.exists(file()));
            }
        }
    }

    @Test
    void aFileHasRoomForMoreOnlyAsAHole() throws IOException {
        keep(MANY);
        byte[] bytes = Files.readAllBytes(file());

        assertEquals(0, (bytes.length - 4096) % (1024 * (40 + BYTES)));
        int last = 4096 + 2 * 1024 * (40 + BYTES) + 1024 * 40 + (MANY - 2048) * BYTES;
        for (int i = last; i < bytes.length; i++) {
            assertEquals(0, bytes[i]);
        }
    }

    @Test
    void freePlacesAreUsedBeforeTheFileGrowsAfterARestartToo() {
        try (EmbeddingStore store = open()) {
            IntStream.range(0, 10).forEach(i -> store.keep(hash(i), embedding(i)));
            store.erase(3);
            store.erase(9);
        }

        try (EmbeddingStore store = open()) {
            assertEquals(3, store.keep(hash(20), embedding(20)));
            assertEquals(9, store.keep(hash(21), embedding(21)));
            assertEquals(10, store.keep(hash(22), embedding(22)));
            assertFound(store, 8);
        }
    }

    @Test
    void whatACrashHasLeftInFreePlacesIsOverwrittenOnceAllIsEnrolled() throws IOException {
        keep(3);
        byte[] bytes = Files.readAllBytes(file());
        // The entries of two embeddings never reached the disk.
        Arrays.fill(bytes, 4096 + 40, 4096 + 3 * 40, (byte) 0);
        Files.write(file(), bytes);
        assertTrue(holds(1) && holds(2));

        try (EmbeddingStore store = open()) {
            assertFound(store, 0);
            store.complete();

            assertTrue(holds(0));
            assertFalse(holds(1) || holds(2));
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

    private static void assertReads(EmbeddingStore store, int place, int i) {
        float[] read = new float[LENGTH];
        assertTrue(store.holds(place));
        store.read(place, read);
        assertArrayEquals(embedding(i), read);
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
