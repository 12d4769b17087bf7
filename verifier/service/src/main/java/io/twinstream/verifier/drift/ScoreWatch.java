package io.twinstream.verifier.drift;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ScoreHistograms;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.verifier.drift.AlarmChange.AlarmStart;
import io.twinstream.verifier.drift.AlarmChange.JudgedWindow;
import io.twinstream.verifier.window.SubjectCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
 * in a row stay below the bound, or below what chance explains.
 *
 * <p>The same people may come again and again. Their scores are no independent draws, which the index counts for where verdicts
 * name subjects. Nor are batches of the same people, so the more of a batch's subjects were in the one before, the rarer the
 * chance that is subtracted: from one in a hundred, where three in a row are one in a million, to one in a million.
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
        ScoreState state = before.plus(window);
        // Scores can't be compared with a histogram of fewer bins, which a package of somebody else's may have.
        if (state.scores() < BATCH || state.counts().size() > release.get().genuine().length) {
            return JudgedWindow.quiet(state);
        }
        StabilityIndex index = index(state, window.getTask(), ScoreSpread.of(release.get()));
        return state.alarm() == null ? raise(state, index, window) : clear(state, state.alarm(), index);
    }

    private JudgedWindow<ScoreState> raise(ScoreState state, StabilityIndex index, MatchWindow window) {
        double statistic = index.value() - index.chance();
        int streak = statistic < bound ? 0 : state.streak() + 1;
        if (streak < RUNNING) {
            return JudgedWindow.quiet(state.next(streak, null));
        }
        AlarmStart raised = AlarmStart.of(window);
        return new JudgedWindow<>(
                state.next(0, raised), finding(raised, false, index, statistic, state, "lie unlike the release's"));
    }

    private JudgedWindow<ScoreState> clear(ScoreState state, AlarmStart raised, StabilityIndex index) {
        int streak = index.value() >= Math.max(bound, index.chance()) ? 0 : state.streak() + 1;
        return streak < RUNNING
                ? JudgedWindow.quiet(state.next(streak, raised))
                : new JudgedWindow<>(
                        state.next(0, null),
                        finding(raised, true, index, index.value(), state, "lie like the release's again"));
    }

    private AlarmChange finding(
            AlarmStart raised, boolean clears, StabilityIndex index, double statistic, ScoreState state, String what) {
        String reason = String.format(
                Locale.ROOT,
                "%d batches of scores in a row %s: the last, of %d scores%s, has the stability index %.3f, of which chance explains %.3f; an alarm needs %.3f more",
                RUNNING,
                what,
                state.scores(),
                state.subjects() == null
                        ? ""
                        : " of %d subjects".formatted(state.subjects().subjects()),
                index.value(),
                index.chance(),
                bound);
        return new AlarmChange(raised, clears, index.value(), bound, statistic, bound, reason);
    }

    private static StabilityIndex index(ScoreState state, String task, ScoreSpread pairs) {
        if (task.equals(TaskKind.IDENTIFY.name())) {
            return index(state, pairs.bestOf(state.meanGallery()));
        }
        if (task.equals(TaskKind.CLAIM.name())) {
            return DoubleStream.of(REFERENCES)
                    .mapToObj(references -> index(state, pairs.bestOfOwn(references)))
                    .min(Comparator.comparingDouble(StabilityIndex::value))
                    .orElseThrow();
        }
        return index(state, pairs);
    }

    private static StabilityIndex index(ScoreState state, ScoreSpread spread) {
        double rarity = Math.pow(StabilityIndex.ONE_IN_A_HUNDRED, 1 + (RUNNING - 1) * state.recurring());
        return StabilityIndex.of(state.counts(), spread, state.subjects(), rarity);
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
     * @param subjects who came with these scores; null where that isn't known
     * @param before the subjects of the batch before whose hash is below {@code beforeBelow}
     * @param beforeBelow the bound of their hashes
     */
    record ScoreState(
            List<Long> counts,
            long verdicts,
            long gallerySum,
            int streak,
            @Nullable AlarmStart alarm,
            @Nullable SubjectCounts subjects,
            Set<Long> before,
            long beforeBelow) {
        static final ScoreState FRESH = new ScoreState(List.of(), 0, 0, 0, null, SubjectCounts.NONE, Set.of(), 0);

        ScoreState {
            counts = List.copyOf(counts);
            // Earlier releases wrote none.
            before = Set.copyOf(Objects.requireNonNullElse(before, Set.of()));
        }

        long scores() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }

        double meanGallery() {
            return Math.max(1, (double) gallerySum / verdicts);
        }

        /** Returns the share of these scores whose subjects came in the batch before too, 0 to 1, as far as that is known. */
        double recurring() {
            if (subjects == null) {
                return 0;
            }
            double all = 0;
            double again = 0;
            for (int i = 0; i < subjects.counts().size(); i++) {
                long hash = subjects.hashes().get(i);
                if (hash < beforeBelow) {
                    all += subjects.counts().get(i);
                    again += before.contains(hash) ? subjects.counts().get(i) : 0;
                }
            }
            return all == 0 ? 0 : again / all;
        }

        ScoreState plus(MatchWindow window) {
            List<Long> scores = window.getScores();
            List<Long> sums = new ArrayList<>();
            for (int i = 0; i < Math.max(counts.size(), scores.size()); i++) {
                sums.add((i < counts.size() ? counts.get(i) : 0) + (i < scores.size() ? scores.get(i) : 0));
            }
            return new ScoreState(
                    sums,
                    verdicts + window.getMatches() + window.getNonMatches(),
                    gallerySum + window.getGallerySum(),
                    streak,
                    alarm,
                    SubjectCounts.sum(subjects, SubjectCounts.of(window.getSubjects())),
                    before,
                    beforeBelow);
        }

        /** Returns the state in which the next batch begins. */
        ScoreState next(int nextStreak, @Nullable AlarmStart nextAlarm) {
            return new ScoreState(
                    List.of(),
                    0,
                    0,
                    nextStreak,
                    nextAlarm,
                    SubjectCounts.NONE,
                    subjects == null ? Set.of() : subjects.distinct(),
                    subjects == null ? 0 : subjects.below());
        }
    }
}
