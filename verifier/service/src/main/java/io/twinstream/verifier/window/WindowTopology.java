package io.twinstream.verifier.window;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.registry.RecordValues;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.stream.ResultTime;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The window topology counts verdicts in windows and watches these for drift, as a pure function of its parts.
 *
 * <p>Maintainers: partitions of the verdicts topic are read in turn, hundreds of records at a time, which at a low rate
 * are minutes. The grace has to cover that, lest one partition's backlog make the next one's verdicts too late. Stores
 * are in memory, since files would let only one verifier use a state folder; the changelogs bring them back.
 */
public final class WindowTopology {
    private static final Serde<String> TEXT = Serdes.String();
    private static final RecordSerde<MatchWindow> WINDOW = RecordSerde.of(MatchWindow.class);
    private static final String PENDING = "pending";
    /** The least number of windows of a size that can be asked for. */
    private static final int KEPT = 300;

    private WindowTopology() {}

    /**
     * Builds the topology.
     *
     * @param values encodes and decodes the topics' values
     * @param sizes the sizes of the windows, each a multiple of the smallest
     * @param grace how long after its end a window takes verdicts, and how far back a first start begins
     * @param unreadable counts the records that are no verdicts
     * @param late counts the verdicts that come too late for a window of the smallest size
     * @param drift takes windows of the smallest size by their series and gives alarms by their ids; empty for no
     *     alarms
     */
    public static Topology build(
            Topics topics,
            Serde<byte[]> values,
            List<Duration> sizes,
            Duration grace,
            LongAdder unreadable,
            LongAdder late,
            Optional<ProcessorSupplier<String, MatchWindow, String, Alarm>> drift) {
        Duration smallest = Collections.min(sizes);
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, MatchWindow> parts = builder.stream(
                        topics.verdicts(),
                        Consumed.with(Serdes.ByteArray(), values)
                                .withOffsetResetPolicy(AutoOffsetReset.byDuration(grace))
                                .withTimestampExtractor(new ResultTime())
                                .withName("verdicts"))
                .process(counting(smallest, unreadable), Named.as("count"))
                .repartition(Repartitioned.<String, MatchWindow>as("by-series")
                        .withKeySerde(TEXT)
                        .withValueSerde(WINDOW));
        for (Duration size : sizes) {
            boolean isSmallest = size.equals(smallest);
            KStream<Windowed<String>, MatchWindow> windows =
                    sum(parts, size, grace, isSmallest ? late : new LongAdder());
            windows.selectKey(
                            (windowed, window) -> SeriesKey.window(windowed.key(), window),
                            Named.as("key-" + size.toMillis()))
                    .mapValues(WindowTopology::withoutSubjects, Named.as("without-subjects-" + size.toMillis()))
                    .to(
                            topics.matchWindows(),
                            Produced.with(TEXT, RecordValues.serde(values, WINDOW))
                                    .withName("match-windows-" + size.toMillis()));
            drift.filter(each -> isSmallest).ifPresent(each -> watch(windows, each, topics.alarms(), values));
        }
        return builder.build();
    }

    /** Returns the name of the store that holds the windows of one size by series. */
    static String store(Duration size) {
        return "windows-" + size.toMillis();
    }

    /** Returns a window as others may read it: whoever was erased is on no topic that is kept, not even as a hash. */
    private static MatchWindow withoutSubjects(MatchWindow window) {
        return MatchWindow.newBuilder(window).setSubjects(null).build();
    }

    private static void watch(
            KStream<Windowed<String>, MatchWindow> windows,
            ProcessorSupplier<String, MatchWindow, String, Alarm> drift,
            String alarms,
            Serde<byte[]> values) {
        windows.selectKey((windowed, window) -> windowed.key(), Named.as("watched"))
                .process(drift, Named.as("drift"))
                .to(
                        alarms,
                        Produced.with(TEXT, RecordValues.serde(values, RecordSerde.of(Alarm.class)))
                                .withName("alarms"));
    }

    private static KStream<Windowed<String>, MatchWindow> sum(
            KStream<String, MatchWindow> parts, Duration size, Duration grace, LongAdder late) {
        WindowSums sums = new WindowSums(size);
        long sizeMs = size.toMillis();
        return parts.processValues(() -> new LateGuard(size, grace, late), Named.as("in-time-" + sizeMs))
                .groupByKey(Grouped.as("series-" + sizeMs))
                .windowedBy(TimeWindows.ofSizeAndGrace(size, grace))
                .aggregate(
                        sums::empty,
                        (series, part, window) -> sums.add(window, part),
                        Named.as("sum-" + sizeMs),
                        windows(size, grace))
                .toStream(Named.as("updates-" + sizeMs));
    }

    private static ProcessorSupplier<byte[], byte[], String, MatchWindow> counting(
            Duration size, LongAdder unreadable) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<byte[], byte[], String, MatchWindow> get() {
                return new VerdictCounter(new VerdictDecoder(unreadable), size, PENDING);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(
                        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(PENDING), TEXT, Serdes.ByteArray())
                                .withCachingEnabled());
            }
        };
    }

    private static Materialized<String, MatchWindow, WindowStore<Bytes, byte[]>> windows(
            Duration size, Duration grace) {
        Duration retention = Collections.max(List.of(size.plus(grace), size.multipliedBy(KEPT)));
        return Materialized.<String, MatchWindow>as(Stores.inMemoryWindowStore(store(size), retention, size, false))
                .withKeySerde(TEXT)
                .withValueSerde(WINDOW)
                .withCachingEnabled();
    }

    /**
     * A late guard keeps verdicts that come after the grace out of the windows of one size.
     *
     * <p>Maintainers: the aggregation that follows drops late verdicts too, but by a time that it forgets when its task
     * moves. Then the rest of a closed window would replace the window. The task's own time is committed with its
     * offsets.
     */
    private static final class LateGuard extends ContextualFixedKeyProcessor<String, MatchWindow, MatchWindow> {
        private final long sizeMs;
        private final long graceMs;
        private final LongAdder late;

        /**
         * Creates a guard that lets verdicts pass that are in time.
         *
         * @param late counts the verdicts that are late
         */
        LateGuard(Duration size, Duration grace, LongAdder late) {
            this.sizeMs = size.toMillis();
            this.graceMs = grace.toMillis();
            this.late = late;
        }

        @Override
        public void process(FixedKeyRecord<String, MatchWindow> record) {
            long startMs = record.value().getStart().toEpochMilli();
            long endMs = startMs - startMs % sizeMs + sizeMs;
            if (endMs + graceMs <= context().currentStreamTimeMs()) {
                late.add(record.value().getVerdicts());
            } else {
                context().forward(record);
            }
        }
    }
}
