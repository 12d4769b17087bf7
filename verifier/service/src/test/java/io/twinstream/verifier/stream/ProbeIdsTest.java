package io.twinstream.verifier.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.serde.SingleObject;
import io.twinstream.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ProbeIdsTest {
    private static final ProbeIds ZOE = new ProbeIds("p-1", "Zoë");

    @Test
    void idsAreReadAsLongAsTheirBytesAreThere() {
        byte[] record = record("p-1", "Zoë");
        int first = SingleObject.HEADER_BYTES + 1 + 3;
        int both = first + 1 + 4;

        for (int length = 0; length <= record.length; length++) {
            ProbeIds there = length < first ? ProbeIds.NONE : length < both ? new ProbeIds("p-1", null) : ZOE;
            assertEquals(there, ProbeIds.of(Arrays.copyOf(record, length)), "" + length);
        }
    }

    @Test
    void whatCouldBeNoIdIsNoneAndTheOtherIsThereAllTheSame() {
        assertEquals(new ProbeIds(null, "gate"), ProbeIds.of(record("", "gate")));
        assertEquals(new ProbeIds("p", null), ProbeIds.of(record("p", "")));
        assertEquals(new ProbeIds("p", null), ProbeIds.of(record("p", "x".repeat(Topics.MAX_ID_LENGTH + 1))));
        assertEquals(new ProbeIds(null, "gate"), ProbeIds.of(record("p\ufffd", "gate")));
        assertEquals(ProbeIds.NONE, ProbeIds.of(null));
        assertEquals(ProbeIds.NONE, ProbeIds.of(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}));
    }

    @Test
    void aDecomposedIdIsReadAsItStandsUpToTheLengthOfItsComposedForm() {
        String longest = "e\u0301".repeat(Topics.MAX_ID_LENGTH);

        assertEquals(new ProbeIds(longest, "gate"), ProbeIds.of(record(longest, "gate")));
        assertEquals(new ProbeIds(null, "gate"), ProbeIds.of(record(longest + "e", "gate")));
    }

    @Test
    void aRecordOfAnUnknownSchemaNamesNoProbe() {
        byte[] record = record("p-1", "Zoë");
        record[2]++;

        assertEquals(ProbeIds.NONE, ProbeIds.of(record));
    }

    private static byte[] record(String probeId, String sourceId) {
        return RecordSerde.of(Probe.class)
                .encode(new Probe(
                        probeId,
                        sourceId,
                        Instant.EPOCH,
                        ByteBuffer.wrap(new byte[] {1, 2, 3}),
                        new Identify(1),
                        null));
    }
}
