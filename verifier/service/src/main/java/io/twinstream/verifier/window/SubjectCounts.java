package io.twinstream.verifier.window;

import io.twinstream.schemas.record.SubjectScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Subject counts say how often which subjects came with scores of which bin. They hold at most {@value #MOST} entries, which are
 * all those of the subjects whose hash lies below a bound, so what they say of a subject is whole (adaptive sampling, Wegman;
 * Flajolet 1990). Entries lie at the same place of three lists, by hash and then by bin.
 *
 * @param below the bound; 2<sup>32</sup> where all subjects are here
 * @param hashes the hash of a subject, 0 to 2<sup>32</sup> - 1
 * @param bins the bin of the score
 * @param counts the verdicts of this subject in this bin
 */
public record SubjectCounts(long below, List<Long> hashes, List<Integer> bins, List<Long> counts) {
    static final long ALL = 1L << Integer.SIZE;

    /** This many entries are kept, enough for sixty subjects with four bins each. */
    static final int MOST = 256;

    /** Holds no verdict, and leaves what it is added to as it is. */
    public static final SubjectCounts NONE = new SubjectCounts(ALL, List.of(), List.of(), List.of());

    public SubjectCounts {
        hashes = List.copyOf(hashes);
        bins = List.copyOf(bins);
        counts = List.copyOf(counts);
        if (hashes.size() != bins.size() || hashes.size() != counts.size()) {
            throw new IllegalArgumentException("subject counts need lists of one length, had %d, %d and %d"
                    .formatted(hashes.size(), bins.size(), counts.size()));
        }
    }

    /** Returns null for null, where nobody knows who came. */
    public static @Nullable SubjectCounts of(@Nullable SubjectScores record) {
        return record == null
                ? null
                : new SubjectCounts(record.getBelow(), record.getHashes(), record.getBins(), record.getCounts());
    }

    /** Returns the record's form; null for null. */
    static @Nullable SubjectScores record(@Nullable SubjectCounts counts) {
        return counts == null ? null : new SubjectScores(counts.below, counts.hashes, counts.bins, counts.counts);
    }

    /** Returns the hash of a subject, which is spread evenly. */
    static int hash(String subjectId) {
        // The finalizer of MurmurHash3: String's own hash puts like ids side by side.
        int hash = subjectId.hashCode();
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }

    /** Adds both counts; null where either isn't known. */
    public static @Nullable SubjectCounts sum(@Nullable SubjectCounts some, @Nullable SubjectCounts others) {
        if (some == null || others == null) {
            return null;
        }
        return some.counts.isEmpty() && some.below == ALL ? others : some.plus(others);
    }

    private SubjectCounts plus(SubjectCounts other) {
        long bound = Math.min(below, other.below);
        List<Long> sumHashes = new ArrayList<>();
        List<Integer> sumBins = new ArrayList<>();
        List<Long> sumCounts = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < counts.size() || j < other.counts.size()) {
            int order = i == counts.size() ? 1 : j == other.counts.size() ? -1 : order(i, other, j);
            SubjectCounts from = order <= 0 ? this : other;
            int at = order <= 0 ? i : j;
            if (from.hashes.get(at) >= bound) {
                break;
            }
            sumHashes.add(from.hashes.get(at));
            sumBins.add(from.bins.get(at));
            sumCounts.add(from.counts.get(at) + (order == 0 ? other.counts.get(j) : 0));
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        int kept = sumHashes.size();
        while (kept > MOST) {
            bound = sumHashes.get(kept - 1);
            while (kept > 0 && sumHashes.get(kept - 1) == bound) {
                kept--;
            }
        }
        return new SubjectCounts(
                bound, sumHashes.subList(0, kept), sumBins.subList(0, kept), sumCounts.subList(0, kept));
    }

    private int order(int mine, SubjectCounts other, int theirs) {
        int byHash = Long.compare(hashes.get(mine), other.hashes.get(theirs));
        return byHash != 0 ? byHash : Integer.compare(bins.get(mine), other.bins.get(theirs));
    }

    /** Returns the number of all subjects, the others estimated from these. */
    public long subjects() {
        long here = hashes.stream().distinct().count();
        return below == ALL ? here : Math.round(here * (double) ALL / Math.max(1, below));
    }

    /** Returns the hashes that are here. */
    public Set<Long> distinct() {
        return new TreeSet<>(hashes);
    }
}
