package io.twinstream.verifier.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SubjectCountsTest {
    private final Random random = new Random(1);

    /** All that was counted, by hash and bin. */
    private final SortedMap<Long, SortedMap<Integer, Long>> exact = new TreeMap<>();

    @Test
    void aFewSubjectsAreCountedWhole() {
        SubjectCounts sum = SubjectCounts.NONE;
        for (int part = 0; part < 50; part++) {
            sum = SubjectCounts.sum(sum, part(100, 20, 3));
        }

        assertEquals(SubjectCounts.ALL, sum.below());
        assertEquals(20, sum.subjects());
        assertWhole(sum);
    }

    @Test
    void ofManySubjectsSomeAreCountedWholeAndTellHowManyThereAre() {
        SubjectCounts sum = SubjectCounts.NONE;
        for (int part = 0; part < 400; part++) {
            sum = SubjectCounts.sum(sum, part(100, 5_000, 4));
        }

        assertTrue(
                sum.counts().size() <= SubjectCounts.MOST && sum.counts().size() > SubjectCounts.MOST / 2,
                sum.toString());
        assertWhole(sum);
        assertEquals(5_000, sum.subjects(), 1_500);
    }

    @Test
    void theOrderOfPartsMattersNothing() {
        SubjectCounts one = part(300, 400, 4);
        SubjectCounts two = part(300, 400, 4);
        SubjectCounts three = part(300, 400, 4);

        assertEquals(
                SubjectCounts.sum(SubjectCounts.sum(one, two), three),
                SubjectCounts.sum(one, SubjectCounts.sum(three, two)));
        assertEquals(one, SubjectCounts.sum(SubjectCounts.NONE, one));
        assertEquals(one, SubjectCounts.sum(one, SubjectCounts.NONE));
    }

    @Test
    void whatIsUnknownStaysSo() {
        assertNull(SubjectCounts.sum(null, part(10, 10, 1)));
        assertNull(SubjectCounts.sum(part(10, 10, 1), null));
        assertNull(SubjectCounts.of(null));
    }

    @Test
    void aRecordHoldsTheSame() {
        SubjectCounts counts = part(100, 30, 3);

        assertEquals(counts, SubjectCounts.of(SubjectCounts.record(counts)));
    }

    /** Counts some verdicts of one second as they are counted there. */
    private SubjectCounts part(int verdicts, int people, int bins) {
        PendingSubjects pending = new PendingSubjects(ByteBuffer.allocate(7 + PendingSubjects.BYTES), 7);
        for (int i = 0; i < verdicts; i++) {
            int hash = SubjectCounts.hash("person-" + random.nextInt(people));
            int bin = 99 - 30 * random.nextInt(bins);
            pending.add(hash, bin);
            exact.computeIfAbsent(Integer.toUnsignedLong(hash), each -> new TreeMap<>())
                    .merge(bin, 1L, Long::sum);
        }
        assertTrue(pending.known());
        return pending.counts();
    }

    private void assertWhole(SubjectCounts sum) {
        List<Long> hashes = new ArrayList<>();
        List<Integer> bins = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        exact.headMap(sum.below())
                .forEach((hash, own) -> own.forEach((bin, count) -> {
                    hashes.add(hash);
                    bins.add(bin);
                    counts.add(count);
                }));
        assertEquals(hashes, sum.hashes());
        assertEquals(bins, sum.bins());
        assertEquals(counts, sum.counts());
    }
}
