package io.twinstream.schemas.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;

/** The settings that every service shares. */
public final class CommonSettings {
    public static final String BOOTSTRAP = "bootstrap.servers";
    public static final String START_BROKER_WAIT = "start.broker.wait.ms";
    public static final String TOPIC_PREFIX = "topic.prefix";
    public static final String TOPIC_PARTITIONS = "topic.partitions";
    public static final String TOPICS_HELD_AFTER_MS = "topics.held.after.ms";
    public static final String IMAGE_MAX_BYTES = "image.max.bytes";
    public static final String IMAGE_MAX_PIXELS = "image.max.pixels";
    public static final String IMAGE_MIN_SIDE = "image.min.side";

    private static final int DEFAULT_PARTITIONS = 4;
    private static final int DEFAULT_HELD_AFTER_MS = 10_000;

    /** Longer than brokers take to start with the machine; a wrong address shall end the service some time. */
    private static final long DEFAULT_BROKER_WAIT_MS = 300_000;

    private CommonSettings() {}

    /** Adds the declarations. */
    public static ConfigDef define(ConfigDef definition) {
        return RegistrySettings.define(TracingSettings.define(definition))
                .define(
                        BOOTSTRAP,
                        ConfigDef.Type.STRING,
                        "localhost:9092",
                        HIGH,
                        "Kafka brokers, host:port, comma-separated.")
                .define(
                        START_BROKER_WAIT,
                        ConfigDef.Type.LONG,
                        DEFAULT_BROKER_WAIT_MS,
                        atLeast(0),
                        MEDIUM,
                        "Milliseconds for which a service that starts waits for brokers to answer and for its topics; then it ends. Later it waits without end.")
                .define(
                        TOPIC_PREFIX,
                        ConfigDef.Type.STRING,
                        Topics.DEFAULT_PREFIX,
                        MEDIUM,
                        "Stands before every topic's name, with a dot.")
                .define(
                        TOPIC_PARTITIONS,
                        ConfigDef.Type.INT,
                        DEFAULT_PARTITIONS,
                        atLeast(1),
                        MEDIUM,
                        "Partitions of the probe, verdict, match-window and labelled-image topics when they are created: the most verifier threads that can share the work.")
                .define(
                        TOPICS_HELD_AFTER_MS,
                        ConfigDef.Type.INT,
                        DEFAULT_HELD_AFTER_MS,
                        atLeast(1_000),
                        LOW,
                        "Milliseconds after which an open transaction that keeps readers from a topic's end is listed in /status, shown in the metrics and said on the log.")
                .define(
                        IMAGE_MAX_BYTES,
                        ConfigDef.Type.INT,
                        ImageLimits.DEFAULT.maxBytes(),
                        between(1, ImageLimits.MOST_BYTES),
                        MEDIUM,
                        "Bytes of the largest encoded image that is taken, by each way in and by verifiers.")
                .define(
                        IMAGE_MAX_PIXELS,
                        ConfigDef.Type.INT,
                        ImageLimits.DEFAULT.maxPixels(),
                        between(1, ImageLimits.MOST_PIXELS),
                        MEDIUM,
                        "Width times height of the largest image that is decoded.")
                .define(
                        IMAGE_MIN_SIDE,
                        ConfigDef.Type.INT,
                        ImageLimits.DEFAULT.minSide(),
                        atLeast(1),
                        MEDIUM,
                        "Least width and height of an image, in pixels.");
    }

    public static Topics topics(Settings settings) {
        return new Topics(settings.getString(TOPIC_PREFIX), settings.getInt(TOPIC_PARTITIONS));
    }

    /** {@link #TOPICS_HELD_AFTER_MS} as a duration. */
    public static Duration heldAfter(Settings settings) {
        return Duration.ofMillis(settings.getInt(TOPICS_HELD_AFTER_MS));
    }

    /** Bytes of the largest record that may carry images: two at their limit, or what topics take that were made as declared. */
    public static int largestRecord(Settings settings) {
        return Math.max(Topics.MAX_RECORD_BYTES, 2 * settings.getInt(IMAGE_MAX_BYTES) + Topics.BESIDE_IMAGES_BYTES);
    }

    public static ImageLimits imageLimits(Settings settings) {
        return new ImageLimits(
                settings.getInt(IMAGE_MAX_BYTES), settings.getInt(IMAGE_MAX_PIXELS), settings.getInt(IMAGE_MIN_SIDE));
    }
}
