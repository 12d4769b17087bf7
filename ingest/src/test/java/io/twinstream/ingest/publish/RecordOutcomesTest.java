package io.twinstream.ingest.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.NoiseImages;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.metrics.Metric;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RecordOutcomesTest {
    private static final byte[] IMAGE = NoiseImages.png(1);

    @Test
    void whatBecomesOfARecordIsCountedOnce() throws Exception {
        FakeKafka kafka = FakeKafka.silent(IMAGE.length + 400);

        CompletableFuture<ImagePublisher.Receipt> sent = kafka.publisher.enrol("ann", IMAGE);
        double pending = gauge(kafka);
        CompletableFuture<ImagePublisher.Receipt> tooMuch = kafka.publisher.enrol("bob", IMAGE);
        kafka.producer.completeNext();

        assertTrue(sent.isDone() && tooMuch.isCompletedExceptionally());
        assertTrue(pending > IMAGE.length, "pending: " + pending);
        assertEquals(0, gauge(kafka));
        assertEquals(1, records(kafka, "accepted", "none"));
        assertEquals(1, records(kafka, "failed", "BUSY"));
        assertTrue(kafka.registry.get(Metric.INGEST_BYTES.id()).counter().count() > IMAGE.length);
    }

    @Test
    void aRefusedImageIsCountedByItsFault() {
        FakeKafka kafka = FakeKafka.acknowledging();

        assertThrows(ImageRefusedException.class, () -> kafka.publisher.enrol("ann", new byte[] {7}));

        assertEquals(1, records(kafka, "refused", "UNKNOWN_TYPE"));
        assertEquals(0, records(kafka, "accepted", "none"));
    }

    private static double gauge(FakeKafka kafka) {
        return kafka.registry.get(Metric.INGEST_PENDING.id()).gauge().value();
    }

    private static double records(FakeKafka kafka, String result, String reason) {
        return kafka.registry
                .get(Metric.INGEST_RECORDS.id())
                .tags("result", result, "reason", reason)
                .counter()
                .count();
    }
}
