package io.twinstream.schemas.release;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.kafka.TopicReader.OffsetRanges;
import io.twinstream.schemas.kafka.UnusableRecords;
import io.twinstream.schemas.topic.Topics;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
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
public record ModelTopics(PublishedModels published, Timeline timeline, ModelStates states) {
    private static final Logger log = LoggerFactory.getLogger(ModelTopics.class);
    private static final String CLIENT = "twinstream-models";

    /**
     * Reads the three topics, each to its end as it is then.
     *
     * @throws KafkaException if one of them can't be read to its end
     */
    public static ModelTopics read(KafkaClients clients, Topics topics) {
        PublishedModels published = readReleases(clients, topics);
        ModelStates states = readStates(clients, topics);
        // The activations are read last, since a new activation depends most on the latest ones.
        return new ModelTopics(published, readTimeline(clients, topics), states);
    }

    static PublishedModels readReleases(KafkaClients clients, Topics topics) {
        String topic = topics.modelReleases();
        return read(clients, topic, TopicReader::all, PublishedModels.NONE, PublishedModels::with);
    }

    static Timeline readTimeline(KafkaClients clients, Topics topics) {
        String topic = topics.modelActivations();
        return read(clients, topic, TopicReader::all, Timeline.EMPTY, Timeline::with);
    }

    /** Reads the states only as far back as a verifier that is alive must have reported, whatever compaction has left before. */
    static ModelStates readStates(KafkaClients clients, Topics topics) {
        String topic = topics.modelStates();
        Instant from = Instant.now().minus(ModelStates.SILENCE);
        return read(clients, topic, reader -> reader.since(from), ModelStates.NONE, ModelStates::with);
    }

    private static <T> T read(
            KafkaClients clients,
            String topic,
            Function<TopicReader<String>, OffsetRanges> ranges,
            T nothing,
            BiFunction<T, ConsumerRecords<String, byte[]>, T> with) {
        T read = nothing;
        try (TopicReader<String> reader = TopicReader.of(clients, CLIENT, topic)) {
            TopicReader<String>.Reading reading = reader.begin(ranges.apply(reader));
            while (!reading.done()) {
                read = with.apply(read, reading.poll());
            }
        }
        return read;
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
