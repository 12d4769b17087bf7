package io.twinstream.verifier.drift;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ScoreHistograms;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.verifier.drift.AlarmChange.AlarmStart;
import io.twinstream.verifier.drift.AlarmChange.JudgedWindow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * A score watch looks at how a series' scores are spread. What is normal is what the release measured on pairs,
 * whatever the share of genuine probes is.
 *
 * <p>Windows are put together into batches of {@value #BATCH} scores or more. An alarm is raised when the
 * {@link StabilityIndex} of {@value #RUNNING} batches in a row reaches the bound, after subtracting what chance
 * explains. Chance alone brings that about at most once in a million batches. The alarm is cleared when as many batches
 * in a row stay below the bound.
 *
 * <p>Maintainers: an identification has the best score of its gallery, a claim that of the subject's references. No
 * window tells their number, so the number that fits best is taken.
 */
final class ScoreWatch {
    static final int BATCH = 500;
    static final int RUNNING = 3;
    private static final double[] REFERENCES = {1, 2, 4, 8, 16};

    private final double bound;
    private final Function<ModelId, Optional<ScoreHistograms>> releases;

    /**
     * Creates a watch.
     *
     * @param bound the bound of the stability index
     * @param releases gives what a release measured, or empty for a release that isn't known here
     */
    ScoreWatch(double bound, Function<ModelId, Optional<ScoreHistograms>> releases) {
        this.bound = bound;
        this.releases = releases;
    }

    /** Judges a window; without a known release nothing changes. */
    JudgedWindow<ScoreState> judge(ScoreState before, MatchWindow window) {
        Optional<ScoreHistograms> release =
                releases.apply(new ModelId(window.getModelName(), window.getModelVersion()));
        if (release.isEmpty()) {
            return JudgedWindow.quiet(before);
        }
        ScoreState state =
                before.plus(window.getScores(), window.getMatches() + window.getNonMatches(), window.getGallerySum());
        if (state.scores() < BATCH) {
            return JudgedWindow.quiet(state);
        }
        StabilityIndex index = index(state, window.getTask(), ScoreSpread.of(release.get()));
        return state.alarm() == null ? raise(state, index, window) : clear(state, state.alarm(), index);
    }

    private JudgedWindow<ScoreState> raise(ScoreState state, StabilityIndex index, MatchWindow window) {
        double statistic = index.value() - index.chance();
        int streak = statistic < bound ? 0 : state.streak() + 1;
        if (streak < RUNNING) {
            return JudgedWindow.quiet(ScoreState.next(streak, null));
        }
        AlarmStart raised = AlarmStart.of(window);
        return new JudgedWindow<>(
                ScoreState.next(0, raised),
                finding(raised, false, index, statistic, state, "lie unlike the release's"));
    }

    private JudgedWindow<ScoreState> clear(ScoreState state, AlarmStart raised, StabilityIndex index) {
        int streak = index.value() >= bound ? 0 : state.streak() + 1;
        return streak < RUNNING
                ? JudgedWindow.quiet(ScoreState.next(streak, raised))
                : new JudgedWindow<>(
                        ScoreState.next(0, null),
                        finding(raised, true, index, index.value(), state, "lie like the release's again"));
    }

    private AlarmChange finding(
            AlarmStart raised, boolean clears, StabilityIndex index, double statistic, ScoreState state, String what) {
        String reason = String.format(
                Locale.ROOT,
                "%d batches of scores in a row %s: the last, of %d scores, has the stability index %.3f, of which chance explains %.3f; an alarm needs %.3f more",
                RUNNING,
                what,
                state.scores(),
                index.value(),
                index.chance(),
                bound);
        return new AlarmChange(raised, clears, index.value(), bound, statistic, bound, reason);
    }

    private static StabilityIndex index(ScoreState state, String task, ScoreSpread pairs) {
        if (task.equals(TaskKind.IDENTIFY.name())) {
            return StabilityIndex.of(state.counts(), pairs.bestOf(state.meanGallery()));
        }
        if (task.equals(TaskKind.CLAIM.name())) {
            return DoubleStream.of(REFERENCES)
                    .mapToObj(references -> StabilityIndex.of(state.counts(), pairs.bestOfOwn(references)))
                    .min(Comparator.comparingDouble(StabilityIndex::value))
                    .orElseThrow();
        }
        return StabilityIndex.of(state.counts(), pairs);
    }

    /**
     * The state is what is known of how a series' scores are spread.
     *
     * @param counts the numbers of scores by bin that are not judged yet
     * @param verdicts the number of verdicts of the same windows that decide something
     * @param gallerySum the sum of these verdicts' gallery sizes
     * @param streak how many batches in a row say the opposite of what holds: far off while no alarm is raised, near
     *     while one is
     * @param alarm the raised alarm; null while none is raised
     */
    record ScoreState(
            List<Long> counts,
            long verdicts,
            long gallerySum,
            int streak,
            @Nullable AlarmStart alarm) {
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

        /** Returns the state in which the next batch begins. */
        static ScoreState next(int streak, @Nullable AlarmStart alarm) {
            return new ScoreState(List.of(), 0, 0, streak, alarm);
        }
    }
}
