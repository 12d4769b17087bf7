package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmAbout;
import io.twinstream.schemas.record.AlarmKind;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.verifier.drift.AlarmChange.AlarmStart;
import io.twinstream.verifier.drift.AlarmChange.JudgedWindow;
import io.twinstream.verifier.drift.DomainWatch.DomainState;
import io.twinstream.verifier.drift.RateWatch.RateState;
import io.twinstream.verifier.drift.ScoreWatch.ScoreState;
import io.twinstream.verifier.window.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A series judge judges the windows of any series by three watches, each with the state that the windows before have
 * left, and makes records of the alarms that they raise and clear. Series are given by their {@link SeriesKey#text}.
 */
final class SeriesJudge {
    /**
     * A window judgement is the result of all watches for a window.
     *
     * @param alarms the alarms that the window raises or clears
     */
    record WindowJudgement(SeriesState state, List<Alarm> alarms) {}

    private final RateWatch rates;
    private final ScoreWatch scores;
    private final DomainWatch domain;

    SeriesJudge(RateWatch rates, ScoreWatch scores, DomainWatch domain) {
        this.rates = rates;
        this.scores = scores;
        this.domain = domain;
    }

    /**
     * Judges a window that is later than all before. Judging the same window with the same state again gives the same
     * result.
     */
    WindowJudgement judge(String series, SeriesState state, MatchWindow window, long nowMs) {
        JudgedWindow<RateState> rate = rates.judge(state.rate(), window, part(series, window));
        JudgedWindow<ScoreState> score = scores.judge(state.scores(), window);
        JudgedWindow<DomainState> pictures = domain.judge(state.domain(), window);
        AlarmStart judged = AlarmStart.of(window);
        SeriesState next = new SeriesState(
                judged.windowStartMs(), window.getSizeMs(), nowMs, rate.state(), score.state(), pictures.state());
        List<Alarm> alarms = new ArrayList<>();
        add(alarms, series, AlarmAbout.MATCH_RATE, rate.change(), window);
        add(alarms, series, AlarmAbout.SCORES, score.change(), window);
        add(alarms, series, AlarmAbout.DOMAIN, pictures.change(), window);
        return new WindowJudgement(next, alarms);
    }

    /**
     * Looks at a window that still fills. It raises alarms that can't wait for the window's end, and returns the state
     * that remembers them.
     */
    WindowJudgement early(String series, SeriesState state, MatchWindow window) {
        JudgedWindow<DomainState> pictures = domain.early(state.domain(), window);
        List<Alarm> alarms = new ArrayList<>();
        add(alarms, series, AlarmAbout.DOMAIN, pictures.change(), window);
        return new WindowJudgement(state.withDomain(pictures.state()), alarms);
    }

    /**
     * Clears the raised alarms of a series that has had no verdict for long.
     *
     * @param silence how long the series has had no verdict
     */
    List<Alarm> giveUp(String series, SeriesState state, Duration silence, long nowMs) {
        String reason = "no verdict for %d h: what was normal is forgotten".formatted(silence.toHours());
        List<Alarm> alarms = new ArrayList<>();
        for (AlarmAbout about : AlarmAbout.values()) {
            AlarmStart start = state.raised(about);
            if (start != null) {
                AlarmChange cleared = new AlarmChange(start, true, 0, 0, 0, 0, reason);
                alarms.add(alarm(series, about, cleared, state.judgedMs(), state.sizeMs(), nowMs));
            }
        }
        return alarms;
    }

    private static void add(
            List<Alarm> alarms, String series, AlarmAbout about, @Nullable AlarmChange change, MatchWindow window) {
        if (change != null) {
            AlarmStart judged = AlarmStart.of(window);
            alarms.add(alarm(series, about, change, judged.windowStartMs(), window.getSizeMs(), judged.atMs()));
        }
    }

    /**
     * Returns the record of a change.
     *
     * @param windowMs the start of the latest window that the change comes from
     * @param clearedMs the time of the clearing, for a change that clears
     */
    private static Alarm alarm(
            String series, AlarmAbout about, AlarmChange change, long windowMs, long sizeMs, long clearedMs) {
        SeriesKey key = SeriesKey.parse(series);
        return Alarm.newBuilder()
                .setId("%s/%s/%d".formatted(about, series, change.start().windowStartMs()))
                .setKind(about == AlarmAbout.MATCH_RATE ? AlarmKind.MATCH_RATE : AlarmKind.SCORES)
                .setAbout(about)
                .setState(change.clears() ? AlarmState.CLEARED : AlarmState.RAISED)
                .setModelName(key.modelName())
                .setModelVersion(key.modelVersion())
                .setTask(key.task())
                .setSourceId(key.sourceId())
                .setRaisedAt(Instant.ofEpochMilli(change.start().atMs()))
                .setClearedAt(change.clears() ? Instant.ofEpochMilli(clearedMs) : null)
                .setWindowStart(Instant.ofEpochMilli(windowMs))
                .setWindowSizeMs(sizeMs)
                .setObserved(change.observed())
                .setExpected(change.expected())
                .setStatistic(change.statistic())
                .setBound(change.bound())
                .setReason(change.reason())
                .build();
    }

    /** Returns a number from 0 to 1, as good as random, which is the same when a window is judged again. */
    private static double part(String series, MatchWindow window) {
        long seed = ((long) series.hashCode() << Integer.SIZE)
                ^ AlarmStart.of(window).windowStartMs();
        return new SplittableRandom(seed).nextDouble();
    }
}
