package io.twinstream.schemas.release;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.kafka.TopicReader.OffsetRanges;
import io.twinstream.schemas.kafka.TopicUnreadException;
import io.twinstream.schemas.kafka.UnusableRecords;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what the topics say about the models at one time: which are published, which is activated from when, and how far
 * verifiers are with each. Immutable. Each part is a fold of its topic's records, which a {@link ModelLog} follows and a
 * command reads once.
 *
 * <p>Maintainers: only partition 0 of each topic counts, since records have no known order but that of their offsets.
 */
public record ModelTopics(PublishedModels published, Timeline timeline, ModelStates states, Unread unread) {
    private static final Logger log = LoggerFactory.getLogger(ModelTopics.class);
    private static final String CLIENT = "twinstream-models";

    /** Verifiers report outside of transactions, so that only a foreign one can hold their topic. */
    private static final Duration PATIENCE_WITH_STATES = Duration.ofSeconds(5);

    /** The most reports that are read back from an open transaction. */
    private static final long MOST_REPORTS = 10_000;

    /**
     * Says which topics open transactions have kept from being read to their ends. What is committed before the transactions is
     * known; there may be more.
     *
     * @param releases why there may be more releases
     * @param states why there may be later reports of verifiers
     */
    public record Unread(Optional<TopicUnreadException> releases, Optional<TopicUnreadException> states) {
        public static final Unread NONE = new Unread(Optional.empty(), Optional.empty());

        /** Returns one line on each of the topics that says what may be missing, since when, and what to do. */
        public List<String> lines() {
            return Stream.of(
                            releases.map(
                                    why -> "versions that were published last may be missing: " + why.getMessage()),
                            states.map(why -> "what verifiers have reported last may be missing: " + why.getMessage()))
                    .flatMap(Optional::stream)
                    .toList();
        }

        /** Throws where a version that isn't known may lie behind an open transaction. */
        public void requireAll(String what) {
            Optional<TopicUnreadException> why = releases.or(() -> states);
            if (why.isPresent()) {
                throw TopicUnreadException.held(
                        what, Optional.of(String.valueOf(why.get().getMessage())));
            }
        }
    }

    /**
     * Reads the three topics, each to its end as it is then. Where an open transaction holds releases or states, those before it
     * are read.
     *
     * @throws KafkaException if the activations can't be read to their end, or another topic can't for another reason
     */
    public static ModelTopics read(KafkaClients clients, Topics topics) {
        Part<PublishedModels> published = releases(clients, topics);
        Part<ModelStates> states = states(clients, topics);
        // The activations are read last, since a new activation depends most on the latest ones.
        return new ModelTopics(
                published.read(),
                readTimeline(clients, topics),
                states.read(),
                new Unread(published.unread(), states.unread()));
    }

    static PublishedModels readReleases(KafkaClients clients, Topics topics) {
        return releases(clients, topics).whole();
    }

    static Timeline readTimeline(KafkaClients clients, Topics topics) {
        String topic = topics.modelActivations();
        return read(clients, topic, TopicReader.PATIENCE, TopicReader::all, Timeline.EMPTY, Timeline::with)
                .whole();
    }

    static ModelStates readStates(KafkaClients clients, Topics topics) {
        return states(clients, topics).whole();
    }

    /** Returns the states of verifiers that are alive; where their topic is held, of those that were before that. */
    public ModelStates live(Instant now) {
        return unread.states().isPresent() ? states : states.live(now);
    }

    private static Part<PublishedModels> releases(KafkaClients clients, Topics topics) {
        String topic = topics.modelReleases();
        return read(
                clients, topic, TopicReader.PATIENCE, TopicReader::all, PublishedModels.NONE, PublishedModels::with);
    }

    /**
     * Reads the states only as far back as a verifier that is alive must have reported, whatever compaction has left before. Where
     * a transaction has been open for longer than that, it reads the last reports before the transaction.
     */
    private static Part<ModelStates> states(KafkaClients clients, Topics topics) {
        String topic = topics.modelStates();
        Instant from = Instant.now().minus(ModelStates.SILENCE);
        Part<ModelStates> young = states(clients, topic, reader -> reader.since(from));
        return young.unread().isEmpty()
                ? young
                : new Part<>(
                        states(clients, topic, reader -> reader.last(MOST_REPORTS))
                                .read(),
                        young.unread());
    }

    private static Part<ModelStates> states(
            KafkaClients clients, String topic, Function<TopicReader<String>, OffsetRanges> ranges) {
        return read(clients, topic, PATIENCE_WITH_STATES, ranges, ModelStates.NONE, ModelStates::with);
    }

    private static <T> Part<T> read(
            KafkaClients clients,
            String topic,
            Duration patience,
            Function<TopicReader<String>, OffsetRanges> ranges,
            T nothing,
            BiFunction<T, ConsumerRecords<String, byte[]>, T> with) {
        T read = nothing;
        try (TopicReader<String> reader = TopicReader.of(clients, CLIENT, topic, patience, Map.of())) {
            TopicReader<String>.Reading reading = reader.begin(ranges.apply(reader));
            while (!reading.done()) {
                read = with.apply(read, reading.poll());
            }
        } catch (TopicUnreadException e) {
            if (e.why() != TopicUnreadException.Cause.HELD) {
                throw e;
            }
            return new Part<>(read, Optional.of(e));
        }
        return new Part<>(read, Optional.empty());
    }

    /**
     * Holds what was read of a topic.
     *
     * @param unread why that isn't all; empty where it is
     */
    private record Part<T>(T read, Optional<TopicUnreadException> unread) {
        T whole() {
            unread.ifPresent(why -> {
                throw why;
            });
            return read;
        }
    }

    /** Applies records in their order, and passes over those for which the step throws. */
    static void fold(
            Iterable<ConsumerRecord<String, byte[]>> records,
            String what,
            Consumer<ConsumerRecord<String, byte[]>> apply) {
        for (ConsumerRecord<String, byte[]> record : records) {
            try {
                if (record.partition() != 0) {
                    throw new SerializationException(
                            "it lies on another partition than 0, and so has no place in their order");
                }
                apply.accept(record);
            } catch (SerializationException | IllegalArgumentException e) {
                UnusableRecords.RECORDS.tell(log, record, what, e.getMessage());
            }
        }
    }
}
