package io.twinstream.verifier.drift;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of how a series' scores are spread.
 *
 * @param counts scores by bin that are not judged yet
 * @param verdicts of the same windows
 * @param gallerySum sum of these verdicts' gallery sizes
 * @param streak batches running that say the opposite of what holds: far off while no alarm is raised, else near
 * @param alarm null while none is raised
 */
record ScoreState(
        List<Long> counts,
        long verdicts,
        long gallerySum,
        int streak,
        @Nullable Raised alarm) {
    static final ScoreState FRESH = new ScoreState(List.of(), 0, 0, 0, null);

    ScoreState {
        counts = List.copyOf(counts);
    }

    long scores() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    double meanGallery() {
        return Math.max(1, (double) gallerySum / verdicts);
    }

    ScoreState plus(List<Long> scores, long moreVerdicts, long moreGallery) {
        List<Long> sums = new ArrayList<>();
        for (int i = 0; i < Math.max(counts.size(), scores.size()); i++) {
            sums.add((i < counts.size() ? counts.get(i) : 0) + (i < scores.size() ? scores.get(i) : 0));
        }
        return new ScoreState(sums, verdicts + moreVerdicts, gallerySum + moreGallery, streak, alarm);
    }

    /** The next batch begins. */
    static ScoreState next(int streak, @Nullable Raised alarm) {
        return new ScoreState(List.of(), 0, 0, streak, alarm);
    }
}
