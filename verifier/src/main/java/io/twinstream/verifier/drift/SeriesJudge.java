package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmKind;
import io.twinstream.schemas.record.MatchWindow;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Judges the windows of any series, each with the state that those before have left. */
final class SeriesJudge {
    /**
     * What a window comes to.
     *
     * @param alarms raised or cleared by it
     */
    record Judgement(SeriesState state, List<Alarm> alarms) {}

    private final RateWatch rates;
    private final ScoreWatch scores;

    SeriesJudge(RateWatch rates, ScoreWatch scores) {
        this.rates = rates;
        this.scores = scores;
    }

    /** Judges a window that is later than all before. The same again comes to the same. */
    Judgement judge(Series series, SeriesState state, MatchWindow window, long nowMs) {
        Judged<RateState> rate = rates.judge(state.rate(), window, part(series, window));
        Judged<ScoreState> score = scores.judge(state.scores(), window);
        SeriesState next =
                new SeriesState(Windows.startMs(window), window.getSizeMs(), nowMs, rate.state(), score.state());
        return new Judgement(
                next,
                Stream.of(
                                alarm(series, next, AlarmKind.MATCH_RATE, rate.finding()),
                                alarm(series, next, AlarmKind.SCORES, score.finding()))
                        .flatMap(List::stream)
                        .toList());
    }

    /** Clears what a series leaves raised that has had no verdict for long. */
    List<Alarm> giveUp(Series series, SeriesState state, long nowMs) {
        return Stream.of(AlarmKind.values())
                .filter(kind -> raised(state, kind) != null)
                .map(kind -> series.alarm(
                        kind,
                        new Finding(
                                Objects.requireNonNull(raised(state, kind)),
                                true,
                                0,
                                0,
                                0,
                                0,
                                "no verdict for %d h: what was normal is forgotten"
                                        .formatted(DriftProcessor.FORGOTTEN.toHours())),
                        state.judgedMs(),
                        state.sizeMs(),
                        nowMs))
                .toList();
    }

    static @Nullable Raised raised(SeriesState state, AlarmKind kind) {
        RateState.RateAlarm rate = state.rate().alarm();
        return kind == AlarmKind.SCORES ? state.scores().alarm() : rate == null ? null : rate.raised();
    }

    private static List<Alarm> alarm(Series series, SeriesState at, AlarmKind kind, @Nullable Finding finding) {
        return finding == null
                ? List.of()
                : List.of(series.alarm(kind, finding, at.judgedMs(), at.sizeMs(), at.judgedMs() + at.sizeMs()));
    }

    /** As good as random, and the same when a window is judged again. */
    private static double part(Series series, MatchWindow window) {
        long seed = ((long) series.key().hashCode() << Integer.SIZE) ^ Windows.startMs(window);
        return new SplittableRandom(seed).nextDouble();
    }
}
