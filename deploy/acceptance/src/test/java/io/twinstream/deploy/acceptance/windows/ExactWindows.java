package io.twinstream.deploy.acceptance.windows;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.settings.WatchingSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * Writes a million verdicts of 30 series onto their topic while two verifier processes share the counting. One of the two is
 * killed with SIGKILL when a tenth is counted, and started again. In the end the latest window of each key, of either size,
 * holds what was written for it, counter by counter. The images aren't looked at.
 */
public final class ExactWindows implements AcceptanceCheck {
    private static final int VERDICTS = 1_000_000;
    private static final String NAME = "exact-windows";
    /** Time that the verdicts span, well within the grace, also on a machine that has little time. */
    private static final Duration SPAN = Duration.ofMinutes(20);

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Duration LINGER = Duration.ofSeconds(15);
    private static final long SHOWN_NANOS = Duration.ofSeconds(10).toNanos();

    private final int verdicts;

    public ExactWindows() {
        this(VERDICTS);
    }

    /** @param verdicts number of verdicts; fewer show no more than that it works */
    public ExactWindows(int verdicts) {
        this.verdicts = verdicts;
    }

    @Override
    public Result run(Path images) throws Exception {
        try (Rig rig = new Rig();
                Verifiers verifiers = new Verifiers(rig, NAME)) {
            Topics topics = rig.createTopics(NAME);
            Settings settings = rig.settings(NAME);
            List<Duration> sizes = WatchingSettings.of(settings).windows().sizes();
            try (Admin admin = Admin.create(settings.kafka());
                    WindowTail tail = new WindowTail(settings, topics)) {
                start(verifiers, admin, 1);
                Process victim = start(verifiers, admin, 2);
                KnownVerdicts known =
                        new KnownVerdicts(11, verdicts, sizes, Instant.now().minus(SPAN), SPAN);
                long begun = System.nanoTime();
                CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write(settings, topics, known));
                follow(tail, sizes, LIMIT, () -> least(tail, sizes) >= verdicts / 10);
                long counted = least(tail, sizes);
                victim.destroyForcibly().waitFor();
                System.err.printf("killed at %d counted%n", counted);
                AtomicReference<Process> restarted = new AtomicReference<>(verifiers.start());
                written.join();
                follow(tail, sizes, LIMIT, () -> least(tail, sizes) >= verdicts);
                double seconds = (System.nanoTime() - begun) / 1e9;
                awaitSharing(verifiers, restarted, admin, 2);
                // Nothing more should come, also where the one that was killed has got its share again.
                follow(tail, sizes, LINGER, () -> false);
                return result(known, tail, sizes, counted, seconds);
            }
        }
    }

    private Result result(KnownVerdicts known, WindowTail tail, List<Duration> sizes, long counted, double seconds) {
        Set<String> keys = new HashSet<>(known.windows().keySet());
        keys.addAll(tail.latest().keySet());
        long wrong = keys.stream()
                .filter(key -> !Objects.equals(
                        known.windows().get(key),
                        tail.latest().containsKey(key)
                                ? KnownVerdicts.counters(tail.latest().get(key))
                                : null))
                .peek(key -> System.err.println("wrong: " + key))
                .count();
        Map<Duration, Long> sums = new TreeMap<>();
        sizes.forEach(size -> sums.put(size, tail.verdicts(size)));
        boolean whole = sums.values().stream().allMatch(sum -> sum == verdicts);
        String figures =
                "%d verdicts, one of two verifiers killed at %d counted; windows by size count %s; %d windows, %d of them other than written; %.0f s"
                        .formatted(verdicts, counted, sums, keys.size(), wrong, seconds);
        return new Result(whole && wrong == 0 && counted < verdicts, figures);
    }

    /** Starts a verifier, and waits until so many share the counting. */
    private static Process start(Verifiers verifiers, Admin admin, int sharing) throws Exception {
        AtomicReference<Process> verifier = new AtomicReference<>(verifiers.start());
        awaitSharing(verifiers, verifier, admin, sharing);
        return verifier.get();
    }

    /**
     * Waits until so many share the counting, and starts a verifier again that couldn't reach the broker in time on a machine
     * that is busy with other things.
     */
    private static void awaitSharing(Verifiers verifiers, AtomicReference<Process> verifier, Admin admin, int sharing) {
        Awaitility.await("%d verifiers count".formatted(sharing)).atMost(START).until(() -> {
            if (!verifier.get().isAlive()) {
                verifier.set(verifiers.start());
            }
            return Verifiers.sharing(admin, NAME + "-windows") == sharing;
        });
    }

    private static long least(WindowTail tail, List<Duration> sizes) {
        return sizes.stream().mapToLong(tail::verdicts).min().orElseThrow();
    }

    private void write(Settings settings, Topics topics, KnownVerdicts known) {
        RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);
        Map<String, Object> config = settings.kafka();
        config.put("linger.ms", 20);
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < verdicts; i++) {
                Verdict verdict = known.next();
                producer.send(new ProducerRecord<>(
                        topics.verdicts(),
                        null,
                        verdict.getAppendedAt().toEpochMilli(),
                        verdict.getProbeId(),
                        serde.encode(verdict)));
            }
        }
        System.err.printf("%d written%n", verdicts);
    }

    private void follow(WindowTail tail, List<Duration> sizes, Duration limit, BooleanSupplier done) {
        long start = System.nanoTime();
        long shown = start;
        while (!done.getAsBoolean() && System.nanoTime() - start < limit.toNanos()) {
            tail.poll();
            if (System.nanoTime() - shown > SHOWN_NANOS) {
                shown = System.nanoTime();
                System.err.printf("  %d of %d counted%n", least(tail, sizes), verdicts);
            }
        }
    }
}
