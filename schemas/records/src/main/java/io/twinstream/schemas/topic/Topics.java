package io.twinstream.schemas.topic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Declares the topics: their names, keys and settings.
 *
 * @param prefix the text before each name, which a dot follows
 * @param partitions the number of partitions of the topics that carry images; verifiers share work among them
 */
public record Topics(String prefix, int partitions) {
    public static final String DEFAULT_PREFIX = "twinstream";

    /**
     * Bytes of the largest record, unless an operator lets the topics take more; ingest makes pictures smaller that don't fit.
     */
    public static final int MAX_RECORD_BYTES = 3 << 20;

    /** Bytes that a record may have beside its images: ids, and its sender's headers. */
    public static final int BESIDE_IMAGES_BYTES = 1 << 20;

    /** Bytes that a verdict or dead letter may have beside the record that it is about. */
    public static final int RESULT_BYTES = 256 << 10;

    /**
     * Bytes of the largest verdict or dead letter. A verdict takes over the headers of the largest record and a dead letter
     * all of it; the verifier adds 100 candidates or the reason.
     */
    public static final int MAX_RESULT_BYTES = MAX_RECORD_BYTES + RESULT_BYTES;

    /** Bytes of the largest piece of a model package with its key, which is the default of brokers. */
    public static final int MAX_CHUNK_BYTES = 1 << 20;

    /** Bytes of the largest release. It holds the manifest, whose golden images have 1 MiB each at most. */
    public static final int MAX_RELEASE_BYTES = 8 << 20;

    /** Days for which a training request can be taken up. */
    private static final int REQUEST_DAYS = 14;

    private static final int PROGRESS_DAYS = 60;

    /** Time for which brokers may keep erased records, and records past their retention that lie beside younger ones. */
    private static final Duration LAG = Duration.ofDays(1);

    private static final String OLDER_LOST = "what is older would be lost";

    private static final int WINDOW_DAYS = 14;
    private static final int ALARM_DAYS = 60;
    private static final int STANDSTILL_DAYS = 14;

    /** Characters of the longest id of a probe, source, subject or reference. */
    public static final int MAX_ID_LENGTH = 200;

    /** The most subjects that one identification may ask for. */
    public static final int MAX_CANDIDATES = 100;

    public Topics {
        if (!isPrefix(prefix)) {
            throw new IllegalArgumentException(
                    "a topic prefix is 1 to 100 of the characters a-z A-Z 0-9 . _ -, was '%s'".formatted(prefix));
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions must be positive, was " + partitions);
        }
    }

    /** Returns whether topics may have this prefix before their names. */
    public static boolean isPrefix(String prefix) {
        return prefix.matches("[a-zA-Z0-9._-]{1,100}");
    }

    /**
     * Names the topic of probes, by probe id, or by source id where the order within a source counts. A probe's append time
     * decides which model judges it.
     */
    public String probes() {
        return prefix + ".probes";
    }

    /** Names the topic of references, by {@code subjectId/referenceId}; a tombstone erases one. */
    public String references() {
        return prefix + ".references";
    }

    /** Names the topic of verdicts, by probe id. */
    public String verdicts() {
        return prefix + ".verdicts";
    }

    /**
     * Names the topic of the shards' partial verdicts, by {@code partition-offset} of the probe; it exists only where the
     * gallery has shards.
     */
    public String partialVerdicts() {
        return prefix + ".partial-verdicts";
    }

    /**
     * Names the topic of training material, by {@code subjectId/imageId}, or by {@code /probeId} where feedback has labelled a
     * probe; a tombstone erases one. Records are kept without limit, since a model can be made again only from the images that
     * it was trained on.
     */
    public String labelledImages() {
        return prefix + ".labelled-images";
    }

    /** Names the topic of records that could not be judged, as they came, with the reason in {@link DeadLetterHeaders}. */
    public String deadLetters() {
        return prefix + ".dead-letters";
    }

    /** Names the topic of the pieces of model packages, by {@code name/version/index}. */
    public String modelChunks() {
        return prefix + ".model-chunks";
    }

    /** Names the topic of published model versions, by {@code name/version}. */
    public String modelReleases() {
        return prefix + ".model-releases";
    }

    /** Names the topic of requests to the trainer, by run id. */
    public String trainingRequests() {
        return prefix + ".training-requests";
    }

    /** Names the topic of the progress of training runs, by run id. */
    public String trainingProgress() {
        return prefix + ".training-progress";
    }

    /**
     * Names the topic of activations, which say from when a version judges, by slot. A delay counts from the append time.
     * Records are kept without limit, since replays read them.
     */
    public String modelActivations() {
        return prefix + ".model-activations";
    }

    /** Names the topic of the states of versions in verifiers, by {@code instance/name/version}. */
    public String modelStates() {
        return prefix + ".model-states";
    }

    /**
     * Names the topic of alarms about verdicts that have left what is normal, by the alarm's id; the latest record of a key
     * holds.
     */
    public String alarms() {
        return prefix + ".alarms";
    }

    /**
     * Names the topic of probes on which a thread stood still, by {@code partition-offset} of the probe; the latest record of
     * a key holds.
     */
    public String standstills() {
        return prefix + ".standstills";
    }

    /**
     * Names the topic of summaries of the verdicts in a window of time, by {@code sizeMs/name/version/task/source/startMs}:
     * model, task and source of the verdicts, size and start of the window in milliseconds. The latest record of a key holds.
     */
    public String matchWindows() {
        return prefix + ".match-windows";
    }

    /**
     * Declares the further topic that a gallery with shards needs. Partial verdicts on a probe are merged within a partition,
     * so the number of partitions must stay.
     */
    public TopicDeclaration ofShards() {
        return new TopicDeclaration(
                partialVerdicts(),
                partitions,
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        Integer.toString(MAX_RESULT_BYTES)));
    }

    /** Declares the topics that every installation needs; {@link ServiceTopics} says which service uses which. */
    public List<TopicDeclaration> all() {
        return List.of(
                new TopicDeclaration(
                                probes(),
                                partitions,
                                Map.of(
                                        TopicConfig.CLEANUP_POLICY_CONFIG,
                                        TopicConfig.CLEANUP_POLICY_DELETE,
                                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                        "LogAppendTime",
                                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                        Integer.toString(MAX_RECORD_BYTES),
                                        TopicConfig.SEGMENT_MS_CONFIG,
                                        Long.toString(LAG.toMillis())))
                        .asGrowing()
                        .vital(TopicConfig.CLEANUP_POLICY_CONFIG, "probes of one source would take each other's place")
                        .vital(
                                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                "the clocks of senders would say which model judges"),
                erasable(references(), 1),
                new TopicDeclaration(
                        verdicts(),
                        partitions,
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_DELETE,
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                Integer.toString(MAX_RESULT_BYTES))),
                erasable(labelledImages(), partitions),
                new TopicDeclaration(
                        deadLetters(),
                        1,
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_DELETE,
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                Integer.toString(MAX_RESULT_BYTES),
                                TopicConfig.SEGMENT_MS_CONFIG,
                                Long.toString(LAG.toMillis()))),
                // One partition: the chunks of a model lie in the order of their offsets.
                compacted(modelChunks(), MAX_CHUNK_BYTES),
                compacted(modelReleases(), MAX_RELEASE_BYTES),
                // One partition: activations have an order.
                new TopicDeclaration(
                                modelActivations(),
                                1,
                                Map.of(
                                        TopicConfig.CLEANUP_POLICY_CONFIG,
                                        TopicConfig.CLEANUP_POLICY_DELETE,
                                        TopicConfig.RETENTION_MS_CONFIG,
                                        "-1",
                                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                        "LogAppendTime"))
                        .vital(TopicConfig.CLEANUP_POLICY_CONFIG, OLDER_LOST)
                        .vital(TopicConfig.RETENTION_MS_CONFIG, OLDER_LOST)
                        .vital(
                                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                "the clocks of senders would say from when a model judges"),
                new TopicDeclaration(
                                modelStates(),
                                1,
                                Map.of(
                                        TopicConfig.CLEANUP_POLICY_CONFIG,
                                        TopicConfig.CLEANUP_POLICY_COMPACT,
                                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                        "LogAppendTime"))
                        .vital(TopicConfig.CLEANUP_POLICY_CONFIG, OLDER_LOST),
                new TopicDeclaration(
                        matchWindows(),
                        partitions,
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE,
                                TopicConfig.RETENTION_MS_CONFIG,
                                Long.toString(Duration.ofDays(WINDOW_DAYS).toMillis()))),
                new TopicDeclaration(
                        alarms(),
                        1,
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE,
                                TopicConfig.RETENTION_MS_CONFIG,
                                Long.toString(Duration.ofDays(ALARM_DAYS).toMillis()))),
                new TopicDeclaration(
                        standstills(),
                        1,
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE,
                                TopicConfig.RETENTION_MS_CONFIG,
                                Long.toString(Duration.ofDays(STANDSTILL_DAYS).toMillis()),
                                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                "LogAppendTime")),
                // One partition: one service at a time reads it, and a run is cancelled after it was asked for.
                kept(trainingRequests(), Duration.ofDays(REQUEST_DAYS)),
                // Much longer than a request: without its last record a run would be taken for one that has not ended.
                kept(trainingProgress(), Duration.ofDays(PROGRESS_DAYS)));
    }

    private static TopicDeclaration erasable(String name, int partitions) {
        return new TopicDeclaration(
                        name,
                        partitions,
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT,
                                TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
                                Long.toString(LAG.toMillis()),
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                Integer.toString(MAX_RECORD_BYTES)))
                .asGrowing()
                .vital(TopicConfig.CLEANUP_POLICY_CONFIG, OLDER_LOST);
    }

    private static TopicDeclaration compacted(String name, int maxBytes) {
        return new TopicDeclaration(
                        name,
                        1,
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT,
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                Integer.toString(maxBytes)))
                .vital(TopicConfig.CLEANUP_POLICY_CONFIG, OLDER_LOST);
    }

    private static TopicDeclaration kept(String name, Duration retention) {
        return new TopicDeclaration(
                name,
                1,
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(retention.toMillis()),
                        TopicConfig.SEGMENT_MS_CONFIG,
                        Long.toString(Duration.ofDays(1).toMillis())));
    }
}
