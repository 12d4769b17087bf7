package io.twinstream.verifier.drift;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ScoreHistograms;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.TaskKind;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Compares the spread of scores with what the release measured on pairs, whatever the share of genuine probes is.
 *
 * <p>Windows are put together to batches of {@value #BATCH} scores or more. An alarm is raised when the {@link StabilityIndex}
 * of {@value #RUNNING} batches running reaches the bound even less what chance explains, which chance alone brings about at
 * most once in a million batches; it is cleared when as many running stay below the bound.
 *
 * <p>Maintainers: an identification has the best score of its gallery, a claim that of the subject's references, whose
 * number no window tells: that which fits best is taken.
 */
final class ScoreWatch {
    static final int BATCH = 500;
    static final int RUNNING = 3;
    private static final double[] REFERENCES = {1, 2, 4, 8, 16};

    private final double bound;
    private final ReleaseScores releases;

    /** @param bound of the index */
    ScoreWatch(double bound, ReleaseScores releases) {
        this.bound = bound;
        this.releases = releases;
    }

    /** Judges a window; without a release nothing changes. */
    Judged<ScoreState> judge(ScoreState before, MatchWindow window) {
        Optional<ScoreHistograms> release = releases.of(new ModelId(window.getModelName(), window.getModelVersion()));
        if (release.isEmpty()) {
            return Judged.quiet(before);
        }
        ScoreState state = before.plus(window.getScores(), window.getVerdicts(), window.getGallerySum());
        if (state.scores() < BATCH) {
            return Judged.quiet(state);
        }
        StabilityIndex index = index(state, window.getTask(), ScoreSpread.of(release.get()));
        return state.alarm() == null ? raise(state, index, window) : clear(state, state.alarm(), index);
    }

    private Judged<ScoreState> raise(ScoreState state, StabilityIndex index, MatchWindow window) {
        double statistic = index.value() - index.chance();
        int streak = statistic < bound ? 0 : state.streak() + 1;
        if (streak < RUNNING) {
            return Judged.quiet(ScoreState.next(streak, null));
        }
        Raised raised = Windows.raisedBy(window);
        return new Judged<>(
                ScoreState.next(0, raised),
                finding(raised, false, index, statistic, state, "lie unlike the release's"));
    }

    private Judged<ScoreState> clear(ScoreState state, Raised raised, StabilityIndex index) {
        int streak = index.value() >= bound ? 0 : state.streak() + 1;
        return streak < RUNNING
                ? Judged.quiet(ScoreState.next(streak, raised))
                : new Judged<>(
                        ScoreState.next(0, null),
                        finding(raised, true, index, index.value(), state, "lie like the release's again"));
    }

    private Finding finding(
            Raised raised, boolean clears, StabilityIndex index, double statistic, ScoreState state, String what) {
        String reason = String.format(
                Locale.ROOT,
                "%d batches of scores running %s: stability index %.3f in the last, of %d scores; %.3f is chance, %.3f is borne",
                RUNNING,
                what,
                index.value(),
                state.scores(),
                index.chance(),
                bound);
        return new Finding(raised, clears, index.value(), bound, statistic, bound, reason);
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
}
