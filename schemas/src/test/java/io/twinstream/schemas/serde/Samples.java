package io.twinstream.schemas.serde;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Verdict;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/** One fixed record of each kind that crosses a topic, by the name of its golden file. */
final class Samples {
    static final Instant TIME = Instant.parse("2024-02-29T12:34:56.789Z");
    static final Map<String, SpecificRecordBase> BY_NAME = Map.of(
            "Probe-pair", probe(new Pair(ByteBuffer.wrap(new byte[] {4, 5}))),
            "Probe-claim", probe(new Claim("Zoë")),
            "Probe-identify", probe(new Identify(10)),
            "Reference", new Reference("Zoë", "left-1", TIME, ByteBuffer.wrap(new byte[] {1, 2, 3})),
            "Verdict", verdict(),
            "LabelledImage-submitted", labelled(LabelOrigin.SUBMITTED, null),
            "LabelledImage-corrected", labelled(LabelOrigin.CORRECTED, "p-1"));

    private Samples() {}

    static Probe probe(Object task) {
        return new Probe("p-1", "gate", TIME, ByteBuffer.wrap(new byte[] {1, 2, 3}), task);
    }

    private static LabelledImage labelled(LabelOrigin origin, String probeId) {
        return new LabelledImage("Zoë", "gate", TIME, ByteBuffer.wrap(new byte[] {1, 2, 3}), origin, probeId);
    }

    private static Verdict verdict() {
        return Verdict.newBuilder()
                .setProbeId("p-1")
                .setSourceId("gate")
                .setTask(TaskKind.IDENTIFY)
                .setOutcome(Outcome.MATCH)
                .setScore(0.75)
                .setThreshold(0.5)
                .setTargetFmr(0.001)
                .setCandidates(List.of(new Candidate("Zoë", "left-1", 0.75), new Candidate("Ann", "a", 0.25)))
                .setGallerySize(300)
                .setModelName("compact")
                .setModelVersion("1")
                .setModelSha256("ab".repeat(32))
                .setProbePartition(3)
                .setProbeOffset(123_456_789_012L)
                .setAppendedAt(TIME.plusMillis(1))
                .setDecidedAt(TIME.plusMillis(2))
                .build();
    }
}
