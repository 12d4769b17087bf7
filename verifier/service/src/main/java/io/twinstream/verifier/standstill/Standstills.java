package io.twinstream.verifier.standstill;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.record.Standstill;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Standstills are the probes that threads of the group's verifiers have stood still on, as a topic of their own tells.
 * If the topic is missing nothing is known, and a warning says so. Safe for many threads.
 *
 * <p>Maintainers: whoever takes a partition over must know what was noted before its last owner ended. A note is
 * acknowledged before that process ends, and the group hears of the end only after that; so {@link #isCurrent} asks for
 * a look that began later. Notes behind an open transaction count at once, since whoever left it open must not keep a
 * probe that ends processes among those that are judged; a removal counts once it is committed.
 */
public final class Standstills implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Standstills.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_MS = 10;
    private static final int WRITE_MS = 4_000;

    /** The most probes that are remembered; an honest cluster never comes near. */
    private static final int MOST = 10_000;

    private final Map<ProbePlace, Standstill> known = new ConcurrentHashMap<>();
    private final RecordSerde<Standstill> serde = RecordSerde.of(Standstill.class);
    private final RecordDecoder<Standstill> decoder = new RecordDecoder<>(Standstill.class, "a standstill", log);
    private final Clock clock;
    private final String topic;
    /** This is the prefix of the group's keys; standstills of one group say nothing of another's. */
    private final String ofGroup;

    private final Supplier<Producer<String, byte[]>> producers;
    private final @Nullable TopicFollower follower;

    /**
     * Creates the standstills of a group of verifiers, and follows nothing before {@link #start}.
     *
     * @param topic the topic of standstills
     */
    public Standstills(KafkaClients clients, String topic, String group, ServiceThreads threads, Clock clock) {
        this(
                topic,
                group,
                handler -> TopicFollower.complete("standstills", threads, clients, List.of(topic), POLL, handler),
                () -> producer(clients),
                clock);
    }

    Standstills(
            String topic,
            String group,
            Function<TopicFollower.Handler, TopicFollower> followers,
            Supplier<Producer<String, byte[]>> producers,
            Clock clock) {
        this.clock = clock;
        this.topic = topic;
        this.ofGroup = group + "/";
        this.producers = producers;
        this.follower = followers.apply(new Notes());
    }

    private Standstills(Map<ProbePlace, Standstill> known) {
        this.known.putAll(known);
        this.clock = Clock.systemUTC();
        this.topic = "";
        this.ofGroup = "";
        this.producers = () -> {
            throw new IllegalStateException("nothing is noted here");
        };
        this.follower = null;
    }

    /** Returns standstills without any, for stored probes that are judged again. */
    public static Standstills none() {
        return of(Map.of());
    }

    /** Returns these standstills, and follows no topic. */
    public static Standstills of(Map<ProbePlace, Standstill> known) {
        return new Standstills(known);
    }

    public void start() {
        if (follower != null) {
            follower.start();
        }
    }

    /** Returns the follower that reads the topic, or empty if nothing is followed. */
    public Optional<TopicFollower> follower() {
        return Optional.ofNullable(follower);
    }

    /** Returns how often threads have stood still on a probe. */
    public int times(ProbePlace probe) {
        Standstill noted = known.get(probe);
        return noted == null ? 0 : noted.getTimes();
    }

    /**
     * Returns the last note on a probe, if there is one. A note that is older than the probe is ignored: it is of
     * another probe, at this place before the topic was made anew.
     */
    public Optional<Standstill> last(ProbePlace probe, Instant appendedAt) {
        return Optional.ofNullable(known.get(probe))
                .filter(note -> !note.getTime().isBefore(appendedAt));
    }

    /**
     * Waits until all notes up to a moment are known, for a few seconds at most. A topic that can't be read is no
     * reason to judge nothing.
     *
     * @param asOfNanos the moment, by {@link System#nanoTime}
     */
    public void await(long asOfNanos) {
        long start = System.nanoTime();
        try {
            while (!isCurrent(asOfNanos)) {
                if (System.nanoTime() - start > PATIENCE_NANOS) {
                    log.warn(
                            "{} can't be read to its end: a probe that a thread stood still on before may be judged again",
                            topic);
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Notes that a thread stands still on these probes. Returns once the broker has the notes, or without that after a
     * few seconds.
     */
    public void note(ThreadActivity.Work at, String instance) {
        long stoodMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - at.sinceNanos());
        try (Producer<String, byte[]> producer = producers.get()) {
            List<Future<?>> sent = new ArrayList<>();
            for (ProbePlace probe : at.probes()) {
                Standstill note = new Standstill(instance, times(probe) + 1, stoodMs, clock.instant());
                sent.add(producer.send(new ProducerRecord<>(topic, ofGroup + probe, serde.encode(note))));
            }
            for (Future<?> each : sent) {
                Object unused = each.get(WRITE_MS, TimeUnit.MILLISECONDS);
            }
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            log.error(
                    "the standstill on {} can't be noted, whoever takes the partition over will judge it again: {}",
                    at.probes(),
                    e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (follower != null) {
            follower.close();
        }
    }

    /**
     * Returns whether all notes up to a moment are known, or can't be: a topic that can't be read has been warned of,
     * and nobody waits for it.
     */
    private boolean isCurrent(long asOfNanos) {
        return follower == null
                || !follower.failure().isEmpty()
                || !follower.trouble().isEmpty()
                || follower.isSeenAsOf(asOfNanos);
    }

    /** Keeps the notes that are on the topic, whether they are committed or not. */
    private final class Notes implements TopicFollower.Handler {
        @Override
        public void apply(ConsumerRecords<String, byte[]> records) {
            records.forEach(each -> {
                if (each.value() == null) {
                    place(each).ifPresent(known::remove);
                } else {
                    take(each);
                }
            });
        }

        @Override
        public boolean looksAhead() {
            return true;
        }

        @Override
        public void pending(ConsumerRecords<String, byte[]> records) {
            records.forEach(Standstills.this::take);
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        ProbePlace probe = place(record).orElse(null);
        if (probe == null || (known.size() >= MOST && !known.containsKey(probe))) {
            return;
        }
        // This time is of the broker's clock, as a probe's is.
        Instant appendedAt = Instant.ofEpochMilli(record.timestamp());
        decoder.tryDecode(record)
                .ifPresent(note -> known.put(
                        probe, new Standstill(note.getInstance(), note.getTimes(), note.getStoodMs(), appendedAt)));
    }

    private Optional<ProbePlace> place(ConsumerRecord<String, byte[]> record) {
        String key = String.valueOf(record.key());
        return key.startsWith(ofGroup) ? ProbePlace.parse(key.substring(ofGroup.length())) : Optional.empty();
    }

    private static Producer<String, byte[]> producer(KafkaClients clients) {
        return clients.producer(
                "twinstream-standstills",
                Map.of(
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        WRITE_MS,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        WRITE_MS / 2,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        WRITE_MS,
                        ProducerConfig.LINGER_MS_CONFIG,
                        0));
    }
}
