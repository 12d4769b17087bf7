package io.twinstream.schemas.topic;

/** Names the headers of a dead letter, each of which is UTF-8 text; {@link DeadLetterNote} writes and reads them. */
public final class DeadLetterHeaders {
    /**
     * Holds a word for metrics: an image fault's name, {@link #NOT_A_PROBE}, {@link #BAD_REQUEST}, {@link #SHARDS_DIFFER} or
     * {@link #STUCK}.
     */
    public static final String REASON = "twinstream.reason";

    /** Holds one line that names the cause. */
    public static final String MESSAGE = "twinstream.message";

    /**
     * Holds the probe's id where it could be read: 1 to {@value Topics#MAX_ID_LENGTH} characters, as they stand in the record.
     */
    public static final String PROBE_ID = "twinstream.probe-id";

    /** Holds the source's id where it could be read, with the same bounds as the probe's. */
    public static final String SOURCE_ID = "twinstream.source-id";

    /** Holds the record's topic; two further headers hold its partition and offset in decimal. */
    public static final String TOPIC = "twinstream.topic";

    public static final String PARTITION = "twinstream.partition";
    public static final String OFFSET = "twinstream.offset";

    /** This is the {@link #REASON} of bytes that are no record of a released schema. */
    public static final String NOT_A_PROBE = "NOT_A_PROBE";

    /** This is the {@link #REASON} of a probe that asks for something that can't be done. */
    public static final String BAD_REQUEST = "BAD_REQUEST";

    /** This is the {@link #REASON} of a partial verdict that can't be merged with the others on its probe. */
    public static final String SHARDS_DIFFER = "SHARDS_DIFFER";

    /** This is the {@link #REASON} of a record on which a decoder, a model or a whole thread stood still, twice. */
    public static final String STUCK = "STUCK";

    private DeadLetterHeaders() {}
}
