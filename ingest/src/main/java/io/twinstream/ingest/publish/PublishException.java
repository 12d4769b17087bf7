package io.twinstream.ingest.publish;

import io.twinstream.schemas.kafka.TopicUnreadException;
import java.math.BigDecimal;
import java.time.Duration;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** This exception is thrown for a record that is not known to be on its topic. The message is one line with the cause and what to do. */
public final class PublishException extends RuntimeException {
    private final PublishFault fault;

    PublishException(PublishFault fault, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.fault = fault;
    }

    /** Makes the exception for a record that was not sent because there is too much to do. */
    public static PublishException busy(String message) {
        return new PublishException(PublishFault.BUSY, message, null);
    }

    /** Makes the exception for a record that is on its way, and that somebody waits for no longer. */
    static PublishException unanswered(String topic, String id, Duration waited) {
        return new PublishException(
                PublishFault.UNACKNOWLEDGED,
                "the broker has not acknowledged the record within %s s: it may still arrive on the topic %s; send it again under the same id, %s"
                        .formatted(
                                BigDecimal.valueOf(waited.toMillis(), 3)
                                        .stripTrailingZeros()
                                        .toPlainString(),
                                topic,
                                id),
                null);
    }

    /** Makes the exception for a record that was not sent because it doesn't fit its topic. */
    static PublishException tooLarge(String message) {
        return new PublishException(PublishFault.TOO_LARGE, message, null);
    }

    public PublishFault fault() {
        return fault;
    }

    /**
     * Translates a Kafka client's failure.
     *
     * @param handedOver false if the client refused the record before it tried to send it
     */
    public static PublishException of(String topic, Throwable failure, boolean handedOver) {
        if (failure instanceof PublishException translated) {
            return translated;
        }
        if (failure instanceof TopicUnreadException unread) {
            return new PublishException(
                    switch (unread.why()) {
                        case MISSING -> PublishFault.MISSING_TOPIC;
                        case FORBIDDEN -> PublishFault.NOT_AUTHORIZED;
                        case HELD -> PublishFault.HELD;
                    },
                    String.valueOf(unread.getMessage()),
                    failure);
        }
        if (isUnknownTopic(failure)) {
            return new PublishException(
                    PublishFault.MISSING_TOPIC,
                    "the topic %s doesn't exist: run `twinstream topics create`".formatted(topic),
                    failure);
        }
        if (failure instanceof AuthorizationException || failure instanceof AuthenticationException) {
            return new PublishException(
                    PublishFault.NOT_AUTHORIZED,
                    "the broker doesn't let ingest use the topic %s: %s: `twinstream acls ingest` prints what it needs"
                            .formatted(topic, failure.getMessage()),
                    failure);
        }
        if (failure instanceof RecordTooLargeException) {
            return new PublishException(
                    PublishFault.TOO_LARGE,
                    "the record is larger than the topic %s or the producer takes: %s"
                            .formatted(topic, failure.getMessage()),
                    failure);
        }
        if (failure instanceof BufferExhaustedException) {
            return new PublishException(PublishFault.BUSY, "the producer's buffer is full: try again", failure);
        }
        if (failure instanceof TimeoutException) {
            return handedOver
                    ? new PublishException(
                            PublishFault.UNACKNOWLEDGED,
                            "the broker has not acknowledged the record in time; it may or may not be on the topic %s: send it again under the same id"
                                    .formatted(topic),
                            failure)
                    : new PublishException(PublishFault.BUSY, "no broker answers: try again", failure);
        }
        return new PublishException(
                PublishFault.FAILED, "the topic %s: %s".formatted(topic, failure.getMessage()), failure);
    }

    private static boolean isUnknownTopic(Throwable failure) {
        return failure instanceof UnknownTopicOrPartitionException
                || failure instanceof InvalidTopicException
                || failure.getCause() instanceof UnknownTopicOrPartitionException;
    }

    /** Says why a record is not known to be on its topic. */
    public enum PublishFault {
        /** Nothing was sent: too many bytes wait for acknowledgements, or no broker has answered yet. Try again. */
        BUSY,
        /** The record that was asked for is not committed yet, because a transaction is open. Try again. */
        HELD,
        /** The record was handed over and not acknowledged in time: it may or may not be on the topic. */
        UNACKNOWLEDGED,
        /** Nothing was sent: the topic doesn't exist. */
        MISSING_TOPIC,
        /** Nothing was sent: the broker forbids it. */
        NOT_AUTHORIZED,
        /** Nothing was sent: the record is over the topic's limit. Sending it again doesn't help. */
        TOO_LARGE,
        /** The broker or the client failed in another way. */
        FAILED
    }
}
