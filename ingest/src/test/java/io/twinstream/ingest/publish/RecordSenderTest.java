package io.twinstream.ingest.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.publish.PublishException.PublishFault;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class RecordSenderTest {
    private long nanos;
    private int waits;
    private TimeoutException silence = new TimeoutException("no metadata");

    /** A producer that knows no broker waits as long as it may, and then fails on the caller's own thread. */
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
                @Override
                public Future<RecordMetadata> send(ProducerRecord<String, byte[]> record, Callback callback) {
                    waits++;
                    nanos += Duration.ofSeconds(1).toNanos();
                    callback.onCompletion(null, silence);
                    return CompletableFuture.failedFuture(silence);
                }
            };

    private final RecordSender sender = new RecordSender(producer, 1 << 20, Duration.ZERO, () -> nanos);

    @Test
    void whoeverComesWithinASecondOfOneThatWaitedInVainDoesNotWait() {
        assertEquals(PublishFault.BUSY, fault("probes"));
        nanos += Duration.ofMillis(999).toNanos();
        assertEquals(PublishFault.BUSY, fault("probes"));
        assertEquals(1, waits);

        nanos += Duration.ofMillis(1).toNanos();
        assertEquals(PublishFault.BUSY, fault("probes"));
        assertEquals(2, waits);
        assertEquals(0, sender.pending());
    }

    @Test
    void whatIsSaidMeanwhileIsWhatWasFoundAboutThatTopic() {
        silence = new TimeoutException("no metadata", new UnknownTopicOrPartitionException());
        assertEquals(PublishFault.MISSING_TOPIC, fault("probes"));
        assertEquals(PublishFault.MISSING_TOPIC, fault("probes"));
        assertEquals(1, waits);

        silence = new TimeoutException("no metadata");
        assertEquals(PublishFault.BUSY, fault("references"));
        assertEquals(2, waits);
    }

    private PublishFault fault(String topic) {
        CompletableFuture<String> sent = sender.send(new ProducerRecord<>(topic, "key", new byte[8]), "result");
        assertTrue(sent.isDone());
        CompletionException failure = assertThrows(CompletionException.class, sent::join);
        return assertInstanceOf(PublishException.class, failure.getCause()).fault();
    }
}
