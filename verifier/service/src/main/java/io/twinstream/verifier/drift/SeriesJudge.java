package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmAbout;
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
    private final DomainWatch domain;

    SeriesJudge(RateWatch rates, ScoreWatch scores, DomainWatch domain) {
        this.rates = rates;
        this.scores = scores;
        this.domain = domain;
    }

    /** Judges a window that is later than all before. The same again comes to the same. */
    Judgement judge(Series series, SeriesState state, MatchWindow window, long nowMs) {
        Judged<RateState> rate = rates.judge(state.rate(), window, part(series, window));
        Judged<ScoreState> score = scores.judge(state.scores(), window);
        Judged<DomainState> pictures = domain.judge(state.domain(), window);
        SeriesState next = new SeriesState(
                Windows.startMs(window), window.getSizeMs(), nowMs, rate.state(), score.state(), pictures.state());
        return new Judgement(
                next,
                Stream.of(
                                alarm(series, next, AlarmAbout.MATCH_RATE, rate.finding()),
                                alarm(series, next, AlarmAbout.SCORES, score.finding()),
                                alarm(series, next, AlarmAbout.DOMAIN, pictures.finding()))
                        .flatMap(List::stream)
                        .toList());
    }

    /** Looks at a window that fills: what alarms can't wait for its end, and the state that remembers them. */
    Judgement early(Series series, SeriesState state, MatchWindow window) {
        Judged<DomainState> pictures = domain.early(state.domain(), window);
        Finding finding = pictures.finding();
        return new Judgement(
                new SeriesState(
                        state.judgedMs(),
                        state.sizeMs(),
                        state.seenMs(),
                        state.rate(),
                        state.scores(),
                        pictures.state()),
                finding == null
                        ? List.of()
                        : List.of(series.alarm(
                                AlarmAbout.DOMAIN,
                                finding,
                                Windows.startMs(window),
                                window.getSizeMs(),
                                Windows.endMs(window))));
    }

    /** Clears what a series leaves raised that has had no verdict for long. */
    List<Alarm> giveUp(Series series, SeriesState state, long nowMs) {
        return Stream.of(AlarmAbout.values())
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

    static @Nullable Raised raised(SeriesState state, AlarmAbout about) {
        RateState.RateAlarm rate = state.rate().alarm();
        return switch (about) {
            case MATCH_RATE -> rate == null ? null : rate.raised();
            case SCORES -> state.scores().alarm();
            case DOMAIN -> state.domain().alarm();
        };
    }

    private static List<Alarm> alarm(Series series, SeriesState at, AlarmAbout kind, @Nullable Finding finding) {
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
