package io.twinstream.deploy.bench;

import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Runs one verifier on the benchmark's broker, with topics and a group that nothing else uses. Probes are spread over the
 * partitions.
 */
public final class Pipeline implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int LINGER_MS = 5;

    private final VerifierSettings settings;
    private final Topics topics;
    private final Workload workload;
    private final RecordSerde<Probe> probes = RecordSerde.of(Probe.class);
    private final KafkaProducer<String, byte[]> producer;

    /**
     * Creates the topics and enrols the workload's references.
     *
     * @param settings with a prefix for the topics and a group that nothing else on the broker has
     */
    public Pipeline(VerifierSettings settings, Workload workload) throws InterruptedException {
        this.settings = settings;
        this.topics = settings.common().topics();
        this.workload = workload;
        KafkaClients clients = KafkaClients.of(settings.common());
        try (Admin admin = clients.admin("twinstream-bench")) {
            new TopicCreation(admin).create(topics.all());
        }
        producer = clients.producer("twinstream-bench", Map.of(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS));
        enrol();
    }

    /** Starts a verifier that is measured again and again, so that the cost of a start, compiling above all, is paid once. */
    public Running start() throws Exception {
        return new Running(VerifierService.start(settings), VerdictReader.open(settings.common(), true));
    }

    /** This is a verifier at work, until it is closed. */
    public final class Running implements AutoCloseable {
        private final VerifierService verifier;
        private final VerdictReader reader;
        private int sent;

        private Running(VerifierService verifier, VerdictReader reader) {
            this.verifier = verifier;
            this.reader = reader;
        }

        /** Returns the port that the verifier's HTTP listens on. */
        public int port() {
            return verifier.port();
        }

        /** Returns what the verifier's status says. */
        public Map<String, Object> status() {
            return verifier.status();
        }

        /** Measures the rate of that many further probes, from the moment when all of them are on the topic. */
        public Rate rate(int count) throws InterruptedException {
            // A transaction that was given up has its probes counted twice.
            long end = processed(verifier) + count;
            for (int i = 0; i < count; i++) {
                send(sent++);
            }
            producer.flush();
            long from = processed(verifier);
            Rate.Watch watch = Rate.start();
            await(verifier, end);
            Rate rate = watch.stop(end - from);
            requireVerdicts(reader, count);
            return rate;
        }

        @Override
        public void close() {
            reader.close();
            verifier.close();
        }
    }

    /** Measures the latency at a given load, after a warm-up of three seconds. */
    public BenchReport.Latency latency(double probesPerSecond, Duration time) throws Exception {
        int warm = (int) (probesPerSecond * 3);
        int count = (int) (probesPerSecond * time.toMillis() / 1_000);
        try (VerifierService verifier = VerifierService.start(settings);
                VerdictReader reader = VerdictReader.open(settings.common(), true)) {
            awaitGallery(verifier);
            LatencySamples samples = new LatencySamples(warm, count);
            Thread sender = new Thread(() -> sendSteadily(samples, warm + count, probesPerSecond), "bench-sender");
            sender.start();
            long end = System.nanoTime() + LIMIT.toNanos();
            while (!samples.complete() && System.nanoTime() < end) {
                reader.poll(Duration.ofMillis(100))
                        .forEach(
                                verdict -> samples.answered(Integer.parseInt(verdict.getProbeId()), System.nanoTime()));
            }
            sender.join();
            double[] millis = samples.sortedMillis();
            return new BenchReport.Latency(
                    probesPerSecond, samples.answeredPerSecond(), quantile(millis, 0.5), quantile(millis, 0.99));
        }
    }

    /** Returns a quantile, 0 to 1, of sorted latencies. */
    public static double quantile(double[] sorted, double part) {
        return sorted[Math.min(sorted.length - 1, (int) (part * sorted.length))];
    }

    @Override
    public void close() {
        producer.close();
    }

    private void enrol() {
        RecordSerde<Reference> references = RecordSerde.of(Reference.class);
        for (int i = 0; i < workload.references().size(); i++) {
            String subject = "subject-" + i;
            Reference reference = new Reference(
                    subject,
                    "1",
                    Instant.now(),
                    ByteBuffer.wrap(workload.references().get(i)),
                    null);
            var unused = producer.send(
                    new ProducerRecord<>(topics.references(), subject + "/1", references.encode(reference)));
        }
        producer.flush();
    }

    private void send(int id) {
        Probe probe = new Probe(
                Integer.toString(id),
                "bench",
                Instant.now(),
                ByteBuffer.wrap(workload.probe(id)),
                new Identify(1),
                null);
        var unused = producer.send(
                new ProducerRecord<>(topics.probes(), id % topics.partitions(), "bench", probes.encode(probe)));
    }

    private void sendSteadily(LatencySamples samples, int count, double probesPerSecond) {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = start + (long) (i / probesPerSecond * 1e9);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            // When it was due, not when it was sent: a sender that falls behind must not hide the wait.
            samples.due(i, due);
            send(i);
        }
        producer.flush();
    }

    private void await(VerifierService verifier, long count) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (processed(verifier) < count) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "%d of %d probes after %s: %s".formatted(processed(verifier), count, LIMIT, verifier.status()));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private void awaitGallery(VerifierService verifier) throws InterruptedException {
        while (!verifier.ready()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static long processed(VerifierService verifier) {
        return (long) verifier.status().getOrDefault("probes", 0L);
    }

    private static void requireVerdicts(VerdictReader reader, int count) {
        int read = 0;
        long end = System.nanoTime() + LIMIT.toNanos();
        while (read < count && System.nanoTime() < end) {
            read += reader.poll(Duration.ofMillis(200)).size();
        }
        if (read != count) {
            throw new IllegalStateException("%d probes gave %d verdicts".formatted(count, read));
        }
    }
}
