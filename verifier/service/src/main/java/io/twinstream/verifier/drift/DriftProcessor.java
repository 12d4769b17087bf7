package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmAbout;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.verifier.drift.SeriesJudge.Judgement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Updates of windows by series to alarms by id. Each window is judged once, when it is closed; what comes into it or an
 * earlier one afterwards is ignored. Pictures of another kind than the model's are told as a window fills. A series without verdicts is forgotten after {@link #FORGOTTEN}.
 */
final class DriftProcessor extends ContextualProcessor<String, MatchWindow, String, Alarm> {
    static final String WAITING = "drift-windows";
    static final String SERIES = "drift-series";
    static final Duration FORGOTTEN = Duration.ofDays(1);
    /** Series of a partition; further ones are not watched. A state takes some 2 KB. */
    static final int MOST_SERIES = 10_000;

    private static final Logger log = LoggerFactory.getLogger(DriftProcessor.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final SeriesJudge judge;
    private final OpenAlarms open;
    private KeyValueStore<String, SeriesState> states;
    private WaitingWindows waiting;
    private boolean full;

    @SuppressWarnings("NullAway.Init") // Streams calls init first.
    DriftProcessor(SeriesJudge judge, OpenAlarms open) {
        this.judge = judge;
        this.open = open;
    }

    @Override
    public void init(ProcessorContext<String, Alarm> context) {
        super.init(context);
        states = context.getStateStore(SERIES);
        waiting = new WaitingWindows(context.getStateStore(WAITING), context.currentSystemTimeMs());
        count(1);
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::judgeDue);
        context.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, this::forget);
    }

    @Override
    public void process(Record<String, MatchWindow> update) {
        MatchWindow window = update.value();
        long nowMs = context().currentSystemTimeMs();
        SeriesState state = states.get(update.key());
        if (state == null && admits(update.key())) {
            state = SeriesState.fresh(nowMs);
            states.put(update.key(), state);
        }
        if (state != null && Windows.startMs(window) > state.judgedMs()) {
            waiting.put(update.key(), window, nowMs);
            Judgement early = judge.early(new Series(update.key()), state, window);
            if (!early.alarms().isEmpty()) {
                states.put(update.key(), early.state());
                early.alarms().forEach(alarm -> write(alarm, nowMs));
            }
        }
    }

    @Override
    public void close() {
        count(-1);
    }

    private boolean admits(String series) {
        boolean admitted = states.approximateNumEntries() < MOST_SERIES;
        if (!admitted && !full) {
            log.warn("{} series of verdicts are watched for drift, no more: not {}", MOST_SERIES, series);
        }
        full = !admitted;
        return admitted;
    }

    private void judgeDue(long nowMs) {
        waiting.takeDue(nowMs, Math.max(nowMs, context().currentStreamTimeMs()), (series, windows) -> {
            SeriesState state = states.get(series);
            for (MatchWindow window : windows) {
                Judgement judgement = judge.judge(
                        new Series(series), state == null ? SeriesState.fresh(nowMs) : state, window, nowMs);
                state = judgement.state();
                judgement.alarms().forEach(alarm -> write(alarm, nowMs));
            }
            states.put(series, state);
        });
    }

    private void forget(long nowMs) {
        for (KeyValue<String, SeriesState> each : all()) {
            if (each.value.seenMs() < nowMs - FORGOTTEN.toMillis()) {
                judge.giveUp(new Series(each.key), each.value, nowMs).forEach(alarm -> write(alarm, nowMs));
                states.delete(each.key);
            }
        }
    }

    private void write(Alarm alarm, long nowMs) {
        boolean raised = alarm.getState() == AlarmState.RAISED;
        open.add(alarm.getAbout(), raised ? 1 : -1);
        if (raised) {
            log.warn("alarm {}: {}", alarm.getId(), alarm.getReason());
        } else {
            log.info("alarm {} is cleared: {}", alarm.getId(), alarm.getReason());
        }
        context().forward(new Record<>(alarm.getId(), alarm, nowMs));
    }

    private void count(int more) {
        for (KeyValue<String, SeriesState> each : all()) {
            for (AlarmAbout kind : AlarmAbout.values()) {
                open.add(kind, SeriesJudge.raised(each.value, kind) == null ? 0 : more);
            }
        }
    }

    private List<KeyValue<String, SeriesState>> all() {
        List<KeyValue<String, SeriesState>> all = new ArrayList<>();
        try (KeyValueIterator<String, SeriesState> states = this.states.all()) {
            states.forEachRemaining(all::add);
        }
        return all;
    }
}
