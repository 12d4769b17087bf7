package io.twinstream.ingest.publish;

/** Why a record is not known to be on its topic. */
public enum PublishFault {
    /** Nothing was sent: too many bytes wait for acknowledgements, or no broker has answered yet. Try again. */
    BUSY,
    /** What is asked for is not committed: a transaction is open. Try again. */
    HELD,
    /** The record was handed over and not acknowledged in time: it may or may not be on the topic. */
    UNACKNOWLEDGED,
    /** Nothing was sent: the topic doesn't exist. */
    MISSING_TOPIC,
    /** Nothing was sent: the broker forbids it. */
    NOT_AUTHORIZED,
    /** Nothing was sent: the record is over the topic's limit. Sending it again is of no use. */
    TOO_LARGE,
    /** The broker or the client failed in another way. */
    FAILED
}
