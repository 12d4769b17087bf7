package io.twinstream.schemas.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * This exception is thrown for a topic that can't be read, or not to the end that was asked for. The message is one line that names the
 * topic, the cause and what to do. Where no broker answers, Kafka's own {@link
 * org.apache.kafka.common.errors.TimeoutException} is thrown instead.
 */
public final class TopicUnreadException extends KafkaException {
    /** Says why the topic can't be read. */
    public enum Cause {
        /** The topic doesn't exist. */
        MISSING,
        /** The user may not read it. */
        FORBIDDEN,
        /** An open transaction keeps readers of committed records from the end; trying again helps once it has ended. */
        HELD
    }

    private final Cause why;

    private TopicUnreadException(Cause why, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.why = why;
    }

    static TopicUnreadException missing(String topic) {
        return new TopicUnreadException(
                Cause.MISSING, "the topic %s doesn't exist: run 'twinstream topics create'".formatted(topic), null);
    }

    static TopicUnreadException forbidden(String topic, AuthorizationException cause) {
        return new TopicUnreadException(
                Cause.FORBIDDEN,
                "the topic %s is forbidden (%s): 'twinstream acls' prints what the user of each service needs"
                        .formatted(topic, String.valueOf(cause.getMessage()).replaceFirst("\\.$", "")),
                cause);
    }

    /**
     * Makes the exception for records that stand in an open transaction or behind one.
     *
     * @param what says what can't be read, up to {@code is not committed yet}
     * @param transaction one line on the transaction; empty where brokers don't say
     */
    public static TopicUnreadException held(String what, Optional<String> transaction) {
        return new TopicUnreadException(Cause.HELD, "%s: %s".formatted(what, transaction.orElse("try again")), null);
    }

    /**
     * Returns the exception to throw where readers have made no progress for this long; it is Kafka's own where no transaction
     * is to blame.
     */
    static KafkaException afterWaiting(
            Collection<TopicPartition> partitions, Duration waited, TopicReader.HoldingTransaction held) {
        List<String> topics = partitions.stream()
                .map(TopicPartition::topic)
                .distinct()
                .sorted()
                .toList();
        String unread = "the %s %s could not be read to %s within %d s"
                .formatted(
                        topics.size() == 1 ? "topic" : "topics",
                        listed(topics),
                        topics.size() == 1 ? "the end" : "their ends",
                        waited.toSeconds());
        Optional<String> told = held.told(partitions, waited.dividedBy(2));
        return told.isPresent() ? held(unread, told) : new TimeoutException(unread + ": try again");
    }

    /** Returns names as a sentence lists them: {@code a}, {@code a and b}, {@code a, b and c}. */
    private static String listed(List<String> names) {
        int last = names.size() - 1;
        return last < 1
                ? String.join("", names)
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }

    public Cause why() {
        return why;
    }
}
