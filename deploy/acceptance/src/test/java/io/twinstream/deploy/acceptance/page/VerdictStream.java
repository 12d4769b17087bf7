package io.twinstream.deploy.acceptance.page;

import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes verdicts at a steady rate: real ones of real probes, again and again with other ids, sources and times. */
final class VerdictStream implements AutoCloseable {
    private static final int SOURCES = 16;
    private static final int LATENCY_MS = 40;
    private static final long NANOS = 1_000_000_000L;

    private final List<Verdict> templates;
    private final RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);
    private final String topic;
    private final KafkaProducer<String, byte[]> producer;
    private Thread thread = new Thread();
    private volatile boolean stopped;
    private volatile long sent;
    private long number;

    /** @param templates the real verdicts, at least one */
    VerdictStream(Settings settings, List<Verdict> templates) {
        this.templates = List.copyOf(templates);
        topic = Wired.topics(settings).verdicts();
        producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer());
    }

    /** Writes at once what would have been said in the time up to now. */
    void tellOf(Duration past, int perSecond) {
        Instant now = Instant.now();
        long count = past.toSeconds() * perSecond;
        for (long i = count; i > 0; i--) {
            send(now.minusMillis(i * 1_000 / perSecond));
        }
        producer.flush();
    }

    void start(int perSecond) {
        thread = new Thread(() -> run(perSecond), "verdict-stream");
        thread.start();
    }

    /** Returns how many verdicts were sent since the start. */
    long sent() {
        return sent;
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
        producer.close();
    }

    private void run(int perSecond) {
        long start = System.nanoTime();
        while (!stopped) {
            long due = (System.nanoTime() - start) * perSecond / NANOS;
            for (; sent < due; sent++) {
                send(Instant.now());
            }
            LockSupport.parkNanos(NANOS / 100);
        }
    }

    private void send(Instant appended) {
        Verdict template = templates.get((int) (number % templates.size()));
        String id = "verdict-" + number;
        Verdict verdict = Verdict.newBuilder(template)
                .setProbeId(id)
                .setSourceId("gate-" + number % SOURCES)
                .setAppendedAt(appended)
                .setDecidedAt(appended.plusMillis(number * 7 % LATENCY_MS))
                .build();
        number++;
        producer.send(new ProducerRecord<>(topic, id, serde.encode(verdict)));
    }
}
