package io.twinstream.verifier.version;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelState;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * State reports write this verifier's state of each version to the topic of states: at every change, and every ten
 * seconds as a sign of life.
 */
public final class StateReports implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StateReports.class);
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);
    private static final Duration UNUSABLE = Duration.ofSeconds(1);
    private static final int LOOK_MS = 200;
    private static final int BLOCK_MS = 2_000;

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final String instance;
    private final String address;
    private final Supplier<List<VersionStatus>> status;
    private final Clock clock;
    private final Consumer<Instant> acknowledged;
    private final RecordSerde<ModelState> serde = RecordSerde.of(ModelState.class);
    private final Map<ModelId, VersionStatus> written = new HashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private long wroteAllNanos;
    private long unusableNanos;

    /**
     * Starts reporting at once.
     *
     * @param instance the name of this verifier among all of them
     * @param address where others reach its HTTP server, as {@code host:port}
     * @param acknowledged takes the time at which the broker appended each report, as soon as it is known
     */
    public static StateReports start(
            KafkaClients clients,
            String topic,
            ServiceThreads threads,
            String instance,
            String address,
            Supplier<List<VersionStatus>> status,
            Clock clock,
            Consumer<Instant> acknowledged) {
        StateReports reports = new StateReports(
                threads,
                clients.producer("twinstream-model-states", Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MS)),
                topic,
                instance,
                address,
                status,
                clock,
                acknowledged);
        reports.thread.start();
        return reports;
    }

    StateReports(
            ServiceThreads threads,
            Producer<String, byte[]> producer,
            String topic,
            String instance,
            String address,
            Supplier<List<VersionStatus>> status,
            Clock clock,
            Consumer<Instant> acknowledged) {
        this.producer = producer;
        this.topic = topic;
        this.instance = instance;
        this.address = address;
        this.status = status;
        this.clock = clock;
        this.acknowledged = acknowledged;
        this.wroteAllNanos = System.nanoTime();
        this.unusableNanos = wroteAllNanos - UNUSABLE.toNanos();
        this.thread = threads.thread("state-reports", this::run);
    }

    /** Reports that this verifier no longer holds any version, and closes the producer. */
    @Override
    public void close() {
        stopped.countDown();
        try {
            thread.join(BLOCK_MS);
            Set.copyOf(written.keySet()).forEach(this::take);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            log.debug("the last states are not written: {}", e.getMessage());
        }
        producer.close(Duration.ofMillis(BLOCK_MS));
    }

    private void run() {
        try {
            do {
                report();
            } while (!stopped.await(LOOK_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void report() {
        try {
            Map<ModelId, VersionStatus> now = new HashMap<>();
            status.get().forEach(each -> now.putIfAbsent(each.id(), each));
            boolean all = System.nanoTime() - wroteAllNanos > SIGN_OF_LIFE.toNanos();
            for (ModelId id : Set.copyOf(written.keySet())) {
                if (!now.containsKey(id)) {
                    take(id);
                }
            }
            boolean soon = System.nanoTime() - unusableNanos < UNUSABLE.toNanos();
            for (VersionStatus each : now.values()) {
                if (all || !sameNews(each, written.get(each.id()), soon)) {
                    VersionStatus before = written.get(each.id());
                    if (before != null
                            && before.unusable().all() != each.unusable().all()) {
                        unusableNanos = System.nanoTime();
                    }
                    send(each.id(), serde.encode(record(each)));
                    written.put(each.id(), each);
                }
            }
            if (all) {
                wroteAllNanos = System.nanoTime();
            }
        } catch (RuntimeException e) {
            log.debug("states are written later: {}", e.getMessage());
        }
    }

    /**
     * Returns whether two states need no new report. A gallery that grows alone needs none, since otherwise each
     * enrolment would be a record. New unusable references need one now and then, since whoever enrolled them waits for
     * that.
     */
    private static boolean sameNews(VersionStatus now, @Nullable VersionStatus before, boolean soon) {
        return before != null
                && now.state() == before.state()
                && now.reason().equals(before.reason())
                && (soon || now.unusable().all() == before.unusable().all());
    }

    private void take(ModelId id) {
        send(id, null);
        written.remove(id);
    }

    private void send(ModelId id, byte @Nullable [] value) {
        // The state is written again soon, whatever becomes of this record.
        Future<RecordMetadata> unused =
                producer.send(new ProducerRecord<>(topic, 0, instance + "/" + id, value), (metadata, failure) -> {
                    if (failure == null && metadata.hasTimestamp()) {
                        acknowledged.accept(Instant.ofEpochMilli(metadata.timestamp()));
                    }
                });
    }

    private ModelState record(VersionStatus status) {
        return new ModelState(
                instance,
                status.id().name(),
                status.id().version(),
                status.sha256(),
                status.state(),
                status.state() == VersionState.REFUSED ? status.reason() : null,
                status.gallerySize(),
                status.unusable().all(),
                status.firstUnusable(),
                clock.instant(),
                address);
    }
}
