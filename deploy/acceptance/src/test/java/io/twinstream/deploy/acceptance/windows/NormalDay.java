package io.twinstream.deploy.acceptance.windows;

import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmKind;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.drift.DriftDetection;
import io.twinstream.verifier.settings.WatchingSettings;
import io.twinstream.verifier.stream.CloudEvents;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * Simulates 24 hours of windows of sources whose shares and scores don't change, while their volumes go with the time of day,
 * through the processor that watches them. Alarms about the share of matches are no more than the setting says, within what
 * chance does to their number once in a thousand times; there is none about scores, also where the same few people come all day.
 */
final class NormalDay {
    private static final Instant MIDNIGHT = Instant.parse("2024-05-01T00:00:00Z");
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int WINDOWS = (int) Duration.ofDays(1).dividedBy(WINDOW);
    private static final int SERIES = 24;
    /** Quantile of the normal distribution for one in a thousand. */
    private static final double QUANTILE = 3.09;

    private static final RecordSerde<MatchWindow> WINDOW_SERDE = RecordSerde.of(MatchWindow.class);
    private static final RecordSerde<Alarm> ALARM_SERDE = RecordSerde.of(Alarm.class);

    private final int recurring;

    /** @param recurring how many people come again and again to each source; 0 where everybody comes once */
    NormalDay(int recurring) {
        this.recurring = recurring;
    }

    /** @param windowsPerFalseAlarm the setting to be tried */
    Result run(long windowsPerFalseAlarm) throws IOException {
        ModelPackage model = ShippedModel.read("compact");
        Settings settings = Settings.parse(
                AllSettings.define(), Map.of(WatchingSettings.DRIFT_WINDOWS, Long.toString(windowsPerFalseAlarm)));
        DriftDetection drift = new DriftDetection(
                WatchingSettings.of(settings).drift(),
                id -> Optional.of(model.manifest().histograms()),
                CloudEvents.off());
        List<SimulatedSeries> all = new ArrayList<>();
        for (int i = 0; i < SERIES; i++) {
            all.add(new SimulatedSeries(model.manifest(), i, WINDOW, recurring));
        }
        try (TopologyTestDriver driver = new TopologyTestDriver(topology(drift), properties(), MIDNIGHT)) {
            var windows = driver.createInputTopic("windows", new StringSerializer(), WINDOW_SERDE.serializer());
            var alarms = driver.createOutputTopic("alarms", new StringDeserializer(), ALARM_SERDE.deserializer());
            long tested = 0;
            for (int i = 0; i < WINDOWS; i++) {
                Instant start = MIDNIGHT.plus(WINDOW.multipliedBy(i));
                for (SimulatedSeries series : all) {
                    Optional<MatchWindow> window = series.next(start);
                    window.ifPresent(each -> windows.pipeInput(series.key(), each, start));
                    tested += window.isPresent() ? 1 : 0;
                }
                driver.advanceWallClockTime(WINDOW);
            }
            driver.advanceWallClockTime(WINDOW);
            return result(alarms.readValuesToList(), tested, windowsPerFalseAlarm, recurring);
        }
    }

    private static Result result(List<Alarm> alarms, long windows, long windowsPerFalseAlarm, int recurring) {
        double said = (double) windows / windowsPerFalseAlarm;
        double most = said + QUANTILE * Math.sqrt(said);
        long rates = raised(alarms, AlarmKind.MATCH_RATE);
        long scores = raised(alarms, AlarmKind.SCORES);
        return new Result(
                rates <= most && scores == 0,
                "%d windows of a normal day%s: %d alarms of match rates, %.1f said at one in %d windows, %.1f borne; %d of scores"
                        .formatted(
                                windows,
                                recurring == 0 ? "" : " of %d people at each source".formatted(recurring),
                                rates,
                                said,
                                windowsPerFalseAlarm,
                                most,
                                scores));
    }

    private static long raised(List<Alarm> alarms, AlarmKind kind) {
        return alarms.stream()
                .filter(alarm -> alarm.getKind() == kind && alarm.getState() == AlarmState.RAISED)
                .count();
    }

    private static Topology topology(DriftDetection drift) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("windows", Consumed.with(Serdes.String(), WINDOW_SERDE))
                .process(drift)
                .to("alarms", Produced.with(Serdes.String(), ALARM_SERDE));
        return builder.build();
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "normal-day");
        return properties;
    }
}
