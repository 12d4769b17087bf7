package io.twinstream.deploy.cli.images;

import io.twinstream.ingest.bulk.BulkOutcome;
import io.twinstream.ingest.bulk.NamedImage;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.ReferenceKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the enrolled images that were on the topic of references before. The topic is read once, pictures included, for
 * {@link #PATIENCE} at most; where that isn't enough, or the user may not read it, the count isn't known. It is for one thread.
 */
final class KnownReferences {
    private static final Logger log = LoggerFactory.getLogger(KnownReferences.class);

    /** Time for which an enrolment may be held up by reading what is there. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The keys that were on the topic; null where they aren't known. */
    private final @Nullable Set<String> before;

    /** The subjects of the images whose outcome is yet to come, by the images' names. */
    private final Map<String, String> subjects = new HashMap<>();

    private long known;

    KnownReferences(@Nullable Set<String> before) {
        this.before = before;
    }

    /** Reads the references that there are now of some subjects, given in their composed form. */
    static KnownReferences read(CommonSettings settings, Predicate<String> subjects) {
        try (TopicReader<String> reader = TopicReader.of(
                KafkaClients.of(settings),
                "twinstream-enrol",
                settings.topics().references(),
                PATIENCE,
                new StringDeserializer(),
                (unused, bytes) -> new byte[0],
                Map.of())) {
            return new KnownReferences(read(reader, subjects));
        } catch (KafkaException e) {
            log.debug("which images are known isn't read: {}", e.getMessage());
            return new KnownReferences(null);
        }
    }

    private static @Nullable Set<String> read(TopicReader<String> reader, Predicate<String> subjects) {
        long start = System.nanoTime();
        Set<String> keys = new HashSet<>();
        var partitions = reader.partitions();
        TopicReader<String>.Reading reading =
                reader.begin(new TopicReader.OffsetRanges(reader.begins(partitions), reader.stableEnds(partitions)));
        while (!reading.done()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                return null;
            }
            for (ConsumerRecord<String, byte[]> each : reading.poll()) {
                if (each.key() != null && subjects.test(ReferenceKey.subject(each.key()))) {
                    follow(each, keys);
                }
            }
        }
        return keys;
    }

    private static void follow(ConsumerRecord<String, byte[]> reference, Set<String> keys) {
        if (reference.serializedValueSize() == ConsumerRecord.NULL_SIZE) {
            keys.remove(reference.key());
        } else {
            keys.add(reference.key());
        }
    }

    /** Returns a function that gives an image's subject, and notes it for the image's outcome. */
    Function<NamedImage, String> noting(Function<NamedImage, String> subjectOf) {
        return image -> {
            String subject = subjectOf.apply(image);
            subjects.put(image.name(), Ids.normal(subject));
            return subject;
        };
    }

    /** Counts an image that was enrolled, if its reference was there before. */
    void count(BulkOutcome outcome) {
        String subject = subjects.remove(outcome.name());
        if (before != null
                && subject != null
                && outcome instanceof BulkOutcome.Sent sent
                && before.contains(ReferenceKey.stored(subject, sent.id()))) {
            known++;
        }
    }

    /** Returns how many of the counted images were there before; empty where that isn't known. */
    OptionalLong known() {
        return before == null ? OptionalLong.empty() : OptionalLong.of(known);
    }
}
