package io.twinstream.schemas.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Holds the settings that every service shares.
 *
 * @param kafka the properties that each Kafka client begins with, as {@link Settings#kafka} gives them
 * @param startBrokerWait how long a verifier or trainer that starts waits for brokers and topics
 * @param heldAfter the time after which an open transaction that keeps readers from a topic's end is told
 * @param imageMaxBytes bytes of the largest encoded image
 * @param imageMaxPixels width times height of the largest image
 * @param imageMinSide least width and height of an image, in pixels
 */
public record CommonSettings(
        Map<String, Object> kafka,
        Topics topics,
        Duration startBrokerWait,
        Duration heldAfter,
        int imageMaxBytes,
        int imageMaxPixels,
        int imageMinSide,
        RegistrySettings registry,
        TracingSettings tracing) {
    public static final String BOOTSTRAP = "bootstrap.servers";
    public static final String START_BROKER_WAIT = "start.broker.wait.ms";
    public static final String TOPIC_PREFIX = "topic.prefix";
    public static final String TOPIC_PARTITIONS = "topic.partitions";
    public static final String TOPICS_HELD_AFTER_MS = "topics.held.after.ms";
    public static final String IMAGE_MAX_BYTES = "image.max.bytes";
    public static final String IMAGE_MAX_PIXELS = "image.max.pixels";
    public static final String IMAGE_MIN_SIDE = "image.min.side";

    private static final int MOST_PORT = 65_535;
    private static final int DEFAULT_PARTITIONS = 4;
    private static final int DEFAULT_HELD_AFTER_MS = 10_000;

    private static final String BROKERS_RULE = "host:port, comma-separated, as localhost:9092";
    /** Takes what Kafka's clients take: a listener's name may stand before it. */
    private static final Pattern BROKER =
            Pattern.compile("(?:[a-zA-Z][\\w+.-]*://)?(?:[\\w.~-]+|\\[[\\da-fA-F:.%]+\\]):(\\d{1,5})");

    private static final String PREFIX_RULE = "1 to 100 of the characters a-z A-Z 0-9 . _ -";

    /** The longest time that can be set: 292 years, which 63 bits of nanoseconds hold. */
    static final long MOST_MS = Long.MAX_VALUE / 1_000_000;

    /**
     * Default wait for brokers. It is longer than brokers take to start with the machine, but a wrong address still ends the
     * service some time.
     */
    private static final long DEFAULT_BROKER_WAIT_MS = 300_000;

    /** Default bytes of the largest image: 16 MiB. */
    private static final int DEFAULT_IMAGE_BYTES = 16 << 20;

    /** The most bytes that can be set; two such images still fit one request to a broker with default settings. */
    private static final int MOST_IMAGE_BYTES = 32 << 20;

    /** Default pixels of the largest image: 64 Mi, more than phones' 50 megapixels. */
    private static final int DEFAULT_IMAGE_PIXELS = 1 << 26;

    /** The most pixels that can be set; four samples of each and a byte for each row still fit an array. */
    private static final int MOST_IMAGE_PIXELS = 1 << 28;

    private static final int DEFAULT_IMAGE_SIDE = 8;

    public CommonSettings {
        kafka = Map.copyOf(kafka);
    }

    /** Declares the keys that every service shares. */
    public static ConfigDef define(ConfigDef definition) {
        return RegistrySettings.define(TracingSettings.define(definition))
                .define(
                        BOOTSTRAP,
                        ConfigDef.Type.STRING,
                        "localhost:9092",
                        ConfigDef.LambdaValidator.with(CommonSettings::requireBrokers, () -> BROKERS_RULE),
                        HIGH,
                        "Kafka brokers, host:port, comma-separated.")
                .define(
                        START_BROKER_WAIT,
                        ConfigDef.Type.LONG,
                        DEFAULT_BROKER_WAIT_MS,
                        between(0, MOST_MS),
                        MEDIUM,
                        "Milliseconds for which a service that starts waits for brokers to answer and for its topics; then it "
                                + "ends. Once it runs it waits for brokers without end.")
                .define(
                        TOPIC_PREFIX,
                        ConfigDef.Type.STRING,
                        Topics.DEFAULT_PREFIX,
                        ConfigDef.LambdaValidator.with(CommonSettings::requirePrefix, () -> PREFIX_RULE),
                        MEDIUM,
                        "Prefix of every topic's name, followed there by a dot.")
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
                        "Milliseconds after which an open transaction that keeps readers from a topic's end is listed in a verifier's /status, shown in the metrics and logged.")
                .define(
                        IMAGE_MAX_BYTES,
                        ConfigDef.Type.INT,
                        DEFAULT_IMAGE_BYTES,
                        between(1, MOST_IMAGE_BYTES),
                        MEDIUM,
                        "Largest encoded image in bytes that every way in and every verifier takes.")
                .define(
                        IMAGE_MAX_PIXELS,
                        ConfigDef.Type.INT,
                        DEFAULT_IMAGE_PIXELS,
                        between(1, MOST_IMAGE_PIXELS),
                        MEDIUM,
                        "Width times height of the largest image that is decoded.")
                .define(
                        IMAGE_MIN_SIDE,
                        ConfigDef.Type.INT,
                        DEFAULT_IMAGE_SIDE,
                        atLeast(1),
                        MEDIUM,
                        "Least width and height of an image, in pixels.");
    }

    /**
     * Reads and checks the settings that every service shares.
     *
     * @throws SettingsException with all that is wrong
     */
    public static CommonSettings of(Settings settings) {
        return new CommonSettings(
                settings.kafka(),
                new Topics(settings.getString(TOPIC_PREFIX), settings.getInt(TOPIC_PARTITIONS)),
                settings.millis(START_BROKER_WAIT),
                settings.millis(TOPICS_HELD_AFTER_MS),
                settings.getInt(IMAGE_MAX_BYTES),
                settings.getInt(IMAGE_MAX_PIXELS),
                settings.getInt(IMAGE_MIN_SIDE),
                RegistrySettings.of(settings),
                TracingSettings.of(settings));
    }

    /**
     * Returns the bytes of the largest record that may carry images: two images at their limit, or as much as declared topics
     * take if that is more.
     */
    public int largestRecord() {
        return Math.max(Topics.MAX_RECORD_BYTES, 2 * imageMaxBytes + Topics.BESIDE_IMAGES_BYTES);
    }

    /** Returns the Kafka brokers as host:port, comma-separated. */
    public String bootstrap() {
        return String.valueOf(kafka.get(BOOTSTRAP));
    }

    /** Returns a line without the clients' properties, among which are secrets. */
    @Override
    public String toString() {
        return "Kafka at %s, topics %s".formatted(bootstrap(), topics.prefix());
    }

    static void requireBrokers(String name, Object value) {
        for (String each : value.toString().split(",", -1)) {
            Matcher broker = BROKER.matcher(each.strip());
            if (!broker.matches() || Integer.parseInt(broker.group(1)) > MOST_PORT) {
                throw new ConfigException(name, value, "must be " + BROKERS_RULE);
            }
        }
    }

    private static void requirePrefix(String name, Object value) {
        if (!Topics.isPrefix(value.toString())) {
            throw new ConfigException(name, value, "must be " + PREFIX_RULE);
        }
    }
}
