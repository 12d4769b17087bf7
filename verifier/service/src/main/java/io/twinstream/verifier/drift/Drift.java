package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.WatchingSettings;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Makes processors, with their stores, that take updates of windows of one size by series and forward alarms by id. Stores
 * are in memory with changelogs: under exactly-once an alarm is raised once and cleared once, whatever crashes.
 */
public final class Drift implements ProcessorSupplier<String, MatchWindow, String, Alarm> {
    private final SeriesJudge judge;
    private final OpenAlarms open;

    /** Watches as the settings say. */
    public Drift(Settings settings, ReleaseScores releases, OpenAlarms open) {
        this.judge = new SeriesJudge(
                new RateWatch(
                        settings.getLong(WatchingSettings.DRIFT_WINDOWS),
                        settings.getDouble(WatchingSettings.DRIFT_MARGIN)),
                new ScoreWatch(settings.getDouble(WatchingSettings.DRIFT_INDEX), releases),
                new DomainWatch());
        this.open = open;
    }

    @Override
    public Processor<String, MatchWindow, String, Alarm> get() {
        return new DriftProcessor(judge, open);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(
                store(DriftProcessor.WAITING, RecordSerde.of(MatchWindow.class)),
                store(DriftProcessor.SERIES, StateSerde.serde()));
    }

    private static <V> StoreBuilder<?> store(String name, Serde<V> values) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values);
    }
}
