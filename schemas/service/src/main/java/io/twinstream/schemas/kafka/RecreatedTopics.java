package io.twinstream.schemas.kafka;

import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which of the topics that a service holds in memory are no longer those that it has read: they were deleted, or deleted
 * and created anew, which shows by another topic id. The service still holds what stood on them, such as the references of
 * people who were erased. Only a start reads a topic anew, so one that was created anew is told until then. For many threads.
 *
 * <p>Maintainers: this fails readiness and not liveness. A topic is created anew to be filled again, from a backup for example.
 * Failing liveness would restart all verifiers at once in the midst of that, and they would be ready with a gallery that is half
 * filled. Whoever fills the topic knows when it is whole. A restart then comes back right, since galleries, releases and
 * activations are read from the topics alone, and what is kept on disk is found by the hash of its content.
 */
public final class RecreatedTopics implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RecreatedTopics.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    private static final int LIMIT_MS = 5_000;

    private final Supplier<Map<String, Optional<Uuid>>> ids;
    private final InstantSource clock;
    private final ScheduledExecutorService thread;

    /** The id that each topic had when it was first seen. Used by the looking thread alone, as the next two. */
    private final Map<String, Uuid> first = new HashMap<>();

    /** The topics that have had another id since, however old the broker's news is that names the first one again. */
    private final Set<String> recreated = new HashSet<>();

    /** The topics that were not found at the last look. */
    private final Map<String, Instant> missing = new HashMap<>();

    /** What is told of each topic, in the order of their names. */
    private volatile Map<String, String> told = Map.of();

    /**
     * Makes an object that has yet to be started.
     *
     * @param ids gives the ids of the topics that the user may see, empty for those that don't exist
     */
    RecreatedTopics(ServiceThreads threads, Supplier<Map<String, Optional<Uuid>>> ids, InstantSource clock) {
        this.thread = threads.scheduled("recreated-topics", 1);
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Looks once, then every two seconds. It must be called before the topics are read, so that it knows the ids of what is
     * read.
     *
     * @param topics the topics whose content the service holds in memory
     */
    public static RecreatedTopics start(List<String> topics, ServiceThreads threads, Admin admin, InstantSource clock) {
        RecreatedTopics started = new RecreatedTopics(threads, () -> ids(admin, topics), clock);
        started.tryLook();
        var unused = started.thread.scheduleWithFixedDelay(
                started::tryLook, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        return started;
    }

    /** Returns one line on all topics that are not those that were read, or an empty text. */
    public String trouble() {
        return String.join("; ", told.values());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    void look() {
        Map<String, String> next = new TreeMap<>(told);
        ids.get().forEach((topic, id) -> {
            if (id.isEmpty()) {
                absent(topic, next);
                return;
            }
            Uuid known = first.computeIfAbsent(topic, unseen -> id.get());
            if (recreated.contains(topic)) {
                return;
            }
            if (known.equals(id.get())) {
                // A broker that has just started may not know the topic for a moment.
                if (missing.remove(topic) != null && next.remove(topic) != null) {
                    log.info("the topic {} is found again", topic);
                }
                return;
            }
            recreated.add(topic);
            tell(
                    topic,
                    "the topic %s was deleted and created anew, seen since %s, and this process holds what stood on the old one: fill the topic, then start this process again"
                            .formatted(topic, missing.getOrDefault(topic, now())),
                    next);
        });
        told = Collections.unmodifiableMap(next);
    }

    /** Tells that a topic is gone, at the second look in a row that doesn't find it. */
    private void absent(String topic, Map<String, String> next) {
        if (!first.containsKey(topic) || recreated.contains(topic)) {
            return;
        }
        Instant since = missing.putIfAbsent(topic, now());
        if (since != null && !next.containsKey(topic)) {
            tell(
                    topic,
                    "the topic %s has not existed since %s, and this process holds what stood on it: create it with 'twinstream topics create', fill it, then start this process again"
                            .formatted(topic, since),
                    next);
        }
    }

    private static Map<String, Optional<Uuid>> ids(Admin admin, List<String> topics) {
        Map<String, Optional<Uuid>> ids = new HashMap<>();
        admin.describeTopics(topics, new DescribeTopicsOptions().timeoutMs(LIMIT_MS))
                .topicNameValues()
                .forEach((topic, described) -> {
                    try {
                        ids.put(topic, Optional.of(described.get().topicId()));
                    } catch (ExecutionException e) {
                        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                            ids.put(topic, Optional.empty());
                        } else {
                            log.debug("the id of the topic {} isn't known now", topic, e);
                        }
                    } catch (InterruptedException e) {
                        throw new InterruptException(e);
                    }
                });
        return ids;
    }

    private static void tell(String topic, String line, Map<String, String> next) {
        log.error("{}", line);
        next.put(topic, line);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private void tryLook() {
        try {
            look();
        } catch (KafkaException e) {
            // The readiness check tells that brokers don't answer.
            log.debug("whether topics were created anew isn't known now", e);
        } catch (RuntimeException e) {
            log.error("the search for topics that were created anew has failed and is repeated", e);
        }
    }
}
