package io.twinstream.schemas.topic;

import org.apache.kafka.common.KafkaException;

/** A topic can't be read to its end since a transaction is open. The message is one line with its owner and the mend. */
public final class TopicHeldException extends KafkaException {
    public TopicHeldException(String message) {
        super(message);
    }
}
