package io.twinstream.schemas.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileAvroTest {
    private static final int HEADER = 10;
    private static final long FEW_BYTES = 4 << 20;

    private final RecordSerde<Probe> probes = RecordSerde.of(Probe.class);
    private final RecordSerde<Verdict> verdicts = RecordSerde.of(Verdict.class);
    private final byte[] probe = probes.encode(Samples.probe(new Pair(ByteBuffer.wrap(new byte[50]), null)));
    private final byte[] verdict = verdicts.encode((Verdict) Samples.BY_NAME.get("Verdict"));

    @Test
    void aRecordCutOffAnywhereIsRefused() {
        for (int length = 0; length < probe.length; length++) {
            assertRefused(probes, Arrays.copyOf(probe, length));
        }
        for (int length = 0; length < verdict.length; length++) {
            assertRefused(verdicts, Arrays.copyOf(verdict, length));
        }
    }

    @Test
    void aRecordThatGoesOnBehindItsEndIsRefused() {
        assertRefused(probes, Arrays.copyOf(probe, probe.length + 1));
        assertRefused(verdicts, Arrays.copyOf(verdict, verdict.length + 1));
    }

    @Test
    void anotherRecordsBytesAreRefused() {
        assertRefused(probes, verdict);
        assertRefused(verdicts, probe);
        assertRefused(RecordSerde.of(Reference.class), probe);
    }

    @Test
    void anUnknownSchemaIsRefusedWithItsFingerprintAsItStandsInTheBytes() {
        byte[] bytes = probe.clone();
        for (int i = 0; i < 8; i++) {
            bytes[2 + i] = (byte) (i + 1);
        }

        String message = assertRefused(probes, bytes);

        assertEquals("no released schema of Probe has the fingerprint 0102030405060708", message);
    }

    @Test
    void randomBytesAreRefusedOrReadButNeverBreakTheReader() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = (i % 2 == 0 ? probe : verdict).clone();
            int from = i % 4 < 2 ? HEADER : 0;
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt();
            }
            try {
                (i % 2 == 0 ? probes : verdicts).decode(bytes);
            } catch (SerializationException e) {
                assertOneLine(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {-1, -2, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, (1L << 31) - 9, Integer.MAX_VALUE, 1 << 30, 1000
            })
    void aFieldThatClaimsMoreThanThereIsAllocatesNothing(long claim) throws IOException {
        byte[] text = body(probe, encoder -> encoder.writeLong(claim));
        byte[] image = body(probe, encoder -> {
            encoder.writeString("p");
            encoder.writeString("s");
            encoder.writeLong(0);
            encoder.writeLong(claim);
        });
        byte[] candidates = body(verdict, encoder -> {
            encoder.writeString("p");
            encoder.writeString("s");
            encoder.writeEnum(0);
            encoder.writeEnum(0);
            encoder.writeIndex(0);
            encoder.writeIndex(0);
            encoder.writeDouble(0);
            encoder.writeDouble(0);
            encoder.writeLong(claim);
            encoder.writeLong(claim);
        });
        long before = allocated();

        assertRefused(probes, text);
        assertRefused(probes, image);
        assertRefused(verdicts, candidates);

        assertTrue(allocated() - before < FEW_BYTES, () -> "allocated " + (allocated() - before));
    }

    @Test
    void anUnknownTaskOrOutcomeIsRefused() throws IOException {
        for (int index : new int[] {-1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertRefused(probes, body(probe, encoder -> {
                encoder.writeString("p");
                encoder.writeString("s");
                encoder.writeLong(0);
                encoder.writeBytes(new byte[3]);
                encoder.writeIndex(index);
            }));
            assertRefused(verdicts, body(verdict, encoder -> {
                encoder.writeString("p");
                encoder.writeString("s");
                encoder.writeEnum(index);
            }));
        }
    }

    private interface Body {
        void write(BinaryEncoder encoder) throws IOException;
    }

    /** Joins the marker and fingerprint of a good record with another body. */
    private static byte[] body(byte[] good, Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(good, 0, HEADER);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        body.write(encoder);
        encoder.flush();
        bytes.write(new byte[64]);
        return bytes.toByteArray();
    }

    private static String assertRefused(RecordSerde<?> serde, byte[] bytes) {
        return assertOneLine(assertThrows(SerializationException.class, () -> serde.decode(bytes)));
    }

    private static String assertOneLine(SerializationException e) {
        String message = String.valueOf(e.getMessage());
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.length() < 300, message);
        return message;
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
