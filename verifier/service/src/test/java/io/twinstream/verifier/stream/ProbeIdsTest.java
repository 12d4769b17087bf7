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
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProbeIdsTest {
    private static final Optional<ProbeIds> ZOE = Optional.of(new ProbeIds("p-1", "Zoë"));

    @Test
    void idsAreReadAsLongAsTheirBytesAreThere() {
        byte[] record = record("p-1", "Zoë");
        int head = SingleObject.HEADER_BYTES + 1 + 3 + 1 + 4;

        for (int length = 0; length <= record.length; length++) {
            assertEquals(
                    length < head ? Optional.empty() : ZOE, ProbeIds.of(Arrays.copyOf(record, length)), "" + length);
        }
    }

    @Test
    void whatCouldBeNoIdIsNone() {
        assertEquals(Optional.empty(), ProbeIds.of(record("", "gate")));
        assertEquals(Optional.empty(), ProbeIds.of(record("p", "x".repeat(Topics.MAX_ID_LENGTH + 1))));
        assertEquals(Optional.empty(), ProbeIds.of(record("p\ufffd", "gate")));
        assertEquals(Optional.empty(), ProbeIds.of(null));
        assertEquals(Optional.empty(), ProbeIds.of(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}));
    }

    @Test
    void aRecordOfAnUnknownSchemaNamesNoProbe() {
        byte[] record = record("p-1", "Zoë");
        record[2]++;

        assertEquals(Optional.empty(), ProbeIds.of(record));
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
