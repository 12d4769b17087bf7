package io.twinstream.verifier.window;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.drift.Drift;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The way of a verdict to its windows, as a pure function of its parts.
 *
 * <p>Maintainers: partitions of the verdicts topic are read in turn, hundreds of records at a time, which at a low rate
 * are minutes. The grace has to cover that, else one partition's backlog makes the next one's too late. Stores are in
 * memory, as files would let only one verifier use a state folder; the changelogs bring them back.
 */
public final class WindowTopology {
    private static final Serde<String> TEXT = Serdes.String();
    private static final RecordSerde<MatchWindow> WINDOW = RecordSerde.of(MatchWindow.class);

    private WindowTopology() {}

    /**
     * Builds it.
     *
     * @param sizes of the windows
     * @param grace for how long after its end a window takes verdicts, and how far back a first start begins
     * @param unreadable counts the records that are no verdicts
     * @param drift judges windows of the smallest size; empty for no alarms
     */
    public static Topology build(
            Topics topics, List<Duration> sizes, Duration grace, LongAdder unreadable, Optional<Drift> drift) {
        StreamsBuilder builder = new StreamsBuilder();
        KGroupedStream<String, Verdict> verdicts = builder.stream(
                        topics.verdicts(),
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                                .withOffsetResetPolicy(AutoOffsetReset.byDuration(grace))
                                .withName("verdicts"))
                .process(() -> new VerdictReader(unreadable), Named.as("read"))
                .repartition(Repartitioned.<String, Verdict>as("by-series")
                        .withKeySerde(TEXT)
                        .withValueSerde(RecordSerde.of(Verdict.class)))
                .groupByKey(Grouped.as("series"));
        Duration smallest = Collections.min(sizes);
        for (Duration size : sizes) {
            KStream<Windowed<String>, MatchWindow> windows = count(verdicts, size, grace, topics.matchWindows());
            drift.filter(each -> size.equals(smallest)).ifPresent(each -> alarm(windows, each, topics.alarms()));
        }
        return builder.build();
    }

    private static void alarm(KStream<Windowed<String>, MatchWindow> windows, Drift drift, String alarms) {
        windows.selectKey((windowed, window) -> windowed.key(), Named.as("watched"))
                .process(drift, Named.as("drift"))
                .to(alarms, Produced.with(TEXT, RecordSerde.of(Alarm.class)).withName("alarms"));
    }

    private static KStream<Windowed<String>, MatchWindow> count(
            KGroupedStream<String, Verdict> verdicts, Duration size, Duration grace, String matchWindows) {
        WindowSums sums = new WindowSums(size);
        String suffix = "-" + size.toMillis();
        KStream<Windowed<String>, MatchWindow> windows = verdicts.windowedBy(TimeWindows.ofSizeAndGrace(size, grace))
                .aggregate(
                        sums::empty,
                        (series, verdict, window) -> sums.add(window, verdict),
                        Named.as("count" + suffix),
                        store("windows" + suffix, size, grace))
                .toStream(Named.as("updates" + suffix));
        windows.selectKey((windowed, window) -> WindowKey.of(windowed.key(), window), Named.as("key" + suffix))
                .to(matchWindows, Produced.with(TEXT, WINDOW).withName("match-windows" + suffix));
        return windows;
    }

    private static Materialized<String, MatchWindow, WindowStore<Bytes, byte[]>> store(
            String name, Duration size, Duration grace) {
        return Materialized.<String, MatchWindow>as(Stores.inMemoryWindowStore(name, size.plus(grace), size, false))
                .withKeySerde(TEXT)
                .withValueSerde(WINDOW)
                .withCachingEnabled();
    }
}
