package io.twinstream.verifier.drift;

import io.micrometer.core.instrument.MeterRegistry;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ScoreHistograms;
import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmAbout;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.verifier.drift.SeriesJudge.WindowJudgement;
import io.twinstream.verifier.settings.WatchingSettings;
import io.twinstream.verifier.stream.CloudEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drift detection gives processors, with their stores, that take updates of windows of one size by series and forward
 * alarms by id; it also counts the alarms that are raised. Stores are in memory with changelogs: under exactly-once an
 * alarm is raised once and cleared once, whatever crashes. Safe for many threads.
 */
public final class DriftDetection implements ProcessorSupplier<String, MatchWindow, String, Alarm> {
    static final String WAITING = "drift-windows";
    static final String SERIES = "drift-series";
    static final Duration FORGOTTEN = Duration.ofDays(1);

    /** The most series of a partition that are watched. The state of one takes 2 to 9 KB. */
    static final int MOST_SERIES = 10_000;

    private static final Logger log = LoggerFactory.getLogger(DriftDetection.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final SeriesJudge judge;
    private final CloudEvents events;

    /** Counts the raised alarms of each kind, of all series that this process watches. */
    private final Map<AlarmAbout, Integer> raised = new ConcurrentHashMap<>();

    /**
     * Creates the three watches with the bounds of the settings.
     *
     * @param releases gives the scores that a release measured on pairs, or empty for a release that isn't known here
     * @param events describes the alarms in their headers
     */
    public DriftDetection(
            WatchingSettings.Drift settings,
            Function<ModelId, Optional<ScoreHistograms>> releases,
            CloudEvents events) {
        this.events = events;
        judge = new SeriesJudge(
                new RateWatch(settings.windowsPerFalseAlarm(), settings.matchRateMargin()),
                new ScoreWatch(settings.stabilityIndex(), releases),
                new DomainWatch());
    }

    /** Shows how many alarms are raised, by what they are about. */
    public void show(MeterRegistry registry) {
        for (AlarmAbout about : AlarmAbout.values()) {
            Metric.ALARMS_RAISED.gauge(
                    registry, () -> raised(about), about.name().toLowerCase(Locale.ROOT));
        }
    }

    int raised(AlarmAbout about) {
        return raised.getOrDefault(about, 0);
    }

    @Override
    public Processor<String, MatchWindow, String, Alarm> get() {
        return new DriftProcessor();
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(store(WAITING, RecordSerde.of(MatchWindow.class)), store(SERIES, SeriesState.serde()));
    }

    private static <V> StoreBuilder<?> store(String name, Serde<V> values) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values);
    }

    /**
     * The processor judges each window of its series once, when it is closed; verdicts that come into that or an
     * earlier window afterwards are ignored. Pictures of another kind than the model's are reported while a window
     * fills. A series without verdicts is forgotten after {@link #FORGOTTEN}.
     */
    private final class DriftProcessor extends ContextualProcessor<String, MatchWindow, String, Alarm> {
        private KeyValueStore<String, SeriesState> states;
        private WaitingWindows waiting;
        private boolean full;

        @SuppressWarnings("NullAway.Init") // Streams calls init first.
        DriftProcessor() {}

        @Override
        public void init(ProcessorContext<String, Alarm> context) {
            super.init(context);
            states = context.getStateStore(SERIES);
            waiting = new WaitingWindows(context.getStateStore(WAITING), context.currentSystemTimeMs());
            countRaised(1);
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
            if (state != null && window.getStart().toEpochMilli() > state.judgedMs()) {
                waiting.put(update.key(), window, nowMs);
                WindowJudgement early = judge.early(update.key(), state, window);
                if (!early.alarms().isEmpty()) {
                    states.put(update.key(), early.state());
                    early.alarms().forEach(alarm -> write(alarm, nowMs));
                }
            }
        }

        @Override
        public void close() {
            countRaised(-1);
        }

        private boolean admits(String series) {
            boolean admitted = states.approximateNumEntries() < MOST_SERIES;
            if (!admitted && !full) {
                log.warn(
                        "{} is not watched for drift from now on, since {} series of its partition are and no more can be: use fewer sources, or more partitions",
                        series,
                        MOST_SERIES);
            }
            full = !admitted;
            return admitted;
        }

        private void judgeDue(long nowMs) {
            waiting.takeDue(nowMs, Math.max(nowMs, context().currentStreamTimeMs()), (series, windows) -> {
                SeriesState state = states.get(series);
                for (MatchWindow window : windows) {
                    WindowJudgement judgement =
                            judge.judge(series, state == null ? SeriesState.fresh(nowMs) : state, window, nowMs);
                    state = judgement.state();
                    judgement.alarms().forEach(alarm -> write(alarm, nowMs));
                }
                states.put(series, state);
            });
        }

        private void forget(long nowMs) {
            for (KeyValue<String, SeriesState> each : all()) {
                if (each.value.seenMs() < nowMs - FORGOTTEN.toMillis()) {
                    judge.giveUp(each.key, each.value, FORGOTTEN, nowMs).forEach(alarm -> write(alarm, nowMs));
                    states.delete(each.key);
                }
            }
        }

        private void write(Alarm alarm, long nowMs) {
            boolean raises = alarm.getState() == AlarmState.RAISED;
            raised.merge(alarm.getAbout(), raises ? 1 : -1, Integer::sum);
            if (raises) {
                log.warn("alarm {}: {}", alarm.getId(), alarm.getReason());
            } else {
                log.info("alarm {} is cleared: {}", alarm.getId(), alarm.getReason());
            }
            Record<String, Alarm> record = new Record<>(alarm.getId(), alarm, nowMs);
            events.describe(record.headers(), alarm);
            context().forward(record);
        }

        private void countRaised(int more) {
            for (KeyValue<String, SeriesState> each : all()) {
                for (AlarmAbout about : AlarmAbout.values()) {
                    raised.merge(about, each.value.raised(about) == null ? 0 : more, Integer::sum);
                }
            }
        }

        private List<KeyValue<String, SeriesState>> all() {
            List<KeyValue<String, SeriesState>> all = new ArrayList<>();
            try (KeyValueIterator<String, SeriesState> each = states.all()) {
                each.forEachRemaining(all::add);
            }
            return all;
        }
    }
}
