package io.twinstream.verifier.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.serde.Undecided;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeMetricsTest {
    private static final Instant APPENDED = Instant.parse("2024-05-01T10:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ProbeMetrics metrics = new ProbeMetrics(registry, 2);

    @Test
    void sourcesPastTheBoundAreCountedTogether() {
        for (int i = 0; i < 1_000; i++) {
            metrics.verdict(verdict("gate-" + i, "1"));
        }
        metrics.verdict(verdict("gate-1", "1"));

        assertEquals(3, verdicts().size());
        assertEquals(1, count("source", "gate-0"));
        assertEquals(2, count("source", "gate-1"));
        assertEquals(998, count("source", ProbeMetrics.OTHER));
    }

    @Test
    void versionsPastTheBoundAreCountedTogether() {
        for (int i = 0; i < 100; i++) {
            metrics.verdict(verdict("gate", Integer.toString(i)));
        }

        assertEquals(ProbeMetrics.MAX_VERSIONS + 1, verdicts().size());
        assertEquals(100 - ProbeMetrics.MAX_VERSIONS, count("version", ProbeMetrics.OTHER));
    }

    @Test
    void aVerdictBeforeItsProbeByTheClocksTookNoTime() {
        metrics.verdict(
                builder("gate", "1").setDecidedAt(APPENDED.minusMillis(5)).build());

        assertEquals(0, registry.get(Metric.LATENCY.id()).summary().totalAmount());
    }

    @Test
    void aPictureOfAnotherKindIsCountedBySourceWhetherItIsJudgedOrNot() {
        metrics.verdict(builder("gate", "1").setOutOfDomain(true).build());
        metrics.verdict(Undecided.set(builder("gate", "1"), UndecidedCause.OUT_OF_DOMAIN)
                .setOutOfDomain(true)
                .build());
        metrics.verdict(verdict("gate", "1"));

        assertEquals(
                2,
                registry.get(Metric.OUT_OF_DOMAIN.id())
                        .tags("source", "gate", "version", "1")
                        .counter()
                        .count());
        assertEquals(1, count("reason", "out_of_domain"));
    }

    private Collection<Counter> verdicts() {
        return registry.get(Metric.VERDICTS.id()).counters();
    }

    private double count(String label, String value) {
        return registry.get(Metric.VERDICTS.id()).tag(label, value).counter().count();
    }

    private static Verdict verdict(String source, String version) {
        return builder(source, version).build();
    }

    static {
        // Avro trusts the records once it is there.
        RecordSerde.of(Verdict.class);
    }

    private static Verdict.Builder builder(String source, String version) {
        return Verdict.newBuilder()
                .setProbeId("p-1")
                .setSourceId(source)
                .setTask(TaskKind.PAIR)
                .setOutcome(Outcome.MATCH)
                .setScore(0.9)
                .setThreshold(0.5)
                .setTargetFmr(0.01)
                .setCandidates(List.of())
                .setGallerySize(0)
                .setModelName("letters")
                .setModelVersion(version)
                .setModelSha256("ab".repeat(32))
                .setProbePartition(0)
                .setProbeOffset(7)
                .setAppendedAt(APPENDED)
                .setDecidedAt(APPENDED.plusMillis(5));
    }
}
