package io.twinstream.verifier.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelState;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.references.UnusableReferences;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class StateReportsTest {
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final List<VersionStatus> status = new ArrayList<>();
    private final StateReports reports = new StateReports(
            new ServiceThreads(),
            producer,
            "states",
            "gate:8081",
            "gate.example:8081",
            () -> List.copyOf(status),
            Clock.systemUTC(),
            appendedAt -> {});

    @Test
    void everyChangeIsWrittenOnceUnderItsKey() {
        status.add(version("1", VersionState.BUILDING, ""));
        reports.report();
        reports.report();
        status.set(0, version("1", VersionState.READY, ""));
        reports.report();

        assertEquals(List.of("gate:8081/letters/1", "gate:8081/letters/1"), keys());
        assertEquals(VersionState.READY, last().getState());
        assertNull(last().getReason());
    }

    @Test
    void eachReportSaysWhereItsVerifierIsReached() {
        status.add(version("1", VersionState.READY, ""));
        reports.report();

        assertEquals("gate.example:8081", last().getAddress());
    }

    @Test
    void aRefusalCarriesItsReason() {
        status.add(version("2", VersionState.REFUSED, "the model fails its self-test"));
        reports.report();

        assertEquals("the model fails its self-test", last().getReason());
    }

    @Test
    void whatIsDroppedGetsATombstone() {
        status.add(version("1", VersionState.READY, ""));
        reports.report();
        status.clear();
        reports.report();

        assertEquals(2, producer.history().size());
        assertNull(producer.history().get(1).value());
    }

    @Test
    void referencesThatAVersionCantUseAreNewsAndAGalleryThatGrowsIsNot() {
        status.add(version("1", VersionState.READY, ""));
        reports.report();
        status.set(0, holding(9, UnusableReferences.Count.NONE, List.of()));
        reports.report();
        assertEquals(1, producer.history().size());

        String line = "ann/1: BLANK: its picture has no contrast";
        status.set(0, holding(9, new UnusableReferences.Count(2, Map.of("BLANK", 2)), List.of(line)));
        reports.report();

        assertEquals(2, last().getUnusableReferences());
        assertEquals(List.of(line), last().getUnusable());
    }

    private static VersionStatus holding(int gallery, UnusableReferences.Count unusable, List<String> first) {
        return new VersionStatus(
                new ModelId("letters", "1"),
                "ab",
                "CPU",
                Precision.FP32,
                "pooled",
                16,
                VersionState.READY,
                "",
                gallery,
                List.of(),
                unusable,
                first);
    }

    private List<String> keys() {
        return producer.history().stream().map(record -> record.key()).toList();
    }

    private ModelState last() {
        return RecordSerde.of(ModelState.class)
                .decode(producer.history().get(producer.history().size() - 1).value());
    }

    private static VersionStatus version(String version, VersionState state, String reason) {
        return new VersionStatus(
                new ModelId("letters", version),
                "ab",
                "CPU",
                Precision.FP32,
                "pooled",
                16,
                state,
                reason,
                3,
                List.of(),
                UnusableReferences.Count.NONE,
                List.of());
    }
}
