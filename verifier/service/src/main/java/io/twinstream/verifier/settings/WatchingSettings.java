package io.twinstream.verifier.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Watching settings are the verifier's settings of metrics, windows and alarms.
 *
 * @param metrics whether {@code GET /metrics} is answered
 * @param metricsSources how many sources are counted by their names
 */
public record WatchingSettings(boolean metrics, int metricsSources, Windows windows, Drift drift) {
    /**
     * Windows are the spans of time that verdicts are counted in.
     *
     * @param on whether this verifier counts them
     * @param sizes the sizes, each a multiple of the smallest
     * @param grace how long after its end a window takes verdicts
     */
    public record Windows(boolean on, List<Duration> sizes, Duration grace) {
        public Windows {
            sizes = List.copyOf(sizes);
        }
    }

    /**
     * Drift settings say from when on a window is no longer normal.
     *
     * @param on whether windows are watched for drift
     * @param windowsPerFalseAlarm the least mean number of windows between alarms about a share that has not changed
     * @param matchRateMargin the least difference of two shares that is an alarm, 0 to 1
     * @param stabilityIndex the stability index of scores against the release's own from which on they are an alarm
     */
    public record Drift(boolean on, long windowsPerFalseAlarm, double matchRateMargin, double stabilityIndex) {}

    public static final String METRICS = "verifier.metrics";
    public static final String METRICS_SOURCES = "verifier.metrics.sources.max";
    public static final String WINDOWS = "verifier.windows";
    public static final String WINDOW_SIZES = "verifier.window.sizes.ms";
    public static final String WINDOW_GRACE = "verifier.window.grace.ms";
    public static final String DRIFT = "verifier.drift";
    public static final String DRIFT_WINDOWS = "verifier.drift.windows.per.false.alarm";
    public static final String DRIFT_MARGIN = "verifier.drift.match.rate.margin";
    public static final String DRIFT_INDEX = "verifier.drift.psi";

    private static final int DEFAULT_SOURCES = 50;
    private static final String DEFAULT_SIZES_MS = "10000,300000";
    private static final long DEFAULT_GRACE_MS = 3_600_000;
    /** This is a week of windows of 10 s. */
    private static final long DEFAULT_WINDOWS_PER_FALSE_ALARM = 60_480;

    private static final double DEFAULT_MARGIN = 0.02;
    private static final double DEFAULT_INDEX = 0.25;

    static ConfigDef define(ConfigDef definition) {
        return definition
                .define(METRICS, ConfigDef.Type.BOOLEAN, true, LOW, "Answer GET /metrics, for Prometheus.")
                .define(
                        METRICS_SOURCES,
                        ConfigDef.Type.INT,
                        DEFAULT_SOURCES,
                        between(0, 10_000),
                        LOW,
                        "Number of sources that the metrics count by their names, which are those that come "
                                + "first; all others are counted together as other.")
                .define(
                        WINDOWS,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        MEDIUM,
                        "Count verdicts in windows of time, onto the topic match-windows; verifiers of a group share that work as well.")
                .define(
                        WINDOW_SIZES,
                        ConfigDef.Type.LIST,
                        DEFAULT_SIZES_MS,
                        new WindowSizes(),
                        MEDIUM,
                        "Sizes of the windows in milliseconds, comma-separated, each a multiple of the smallest.")
                .define(
                        WINDOW_GRACE,
                        ConfigDef.Type.LONG,
                        DEFAULT_GRACE_MS,
                        between(0, 86_400_000),
                        LOW,
                        "Milliseconds for which a window takes verdicts after its end, by the times of the "
                                + "verdicts. Windows stay in memory for as long, and the last 300 of a size longer where "
                                + "that isn't enough. A group that counts for the first time begins as far back.")
                .define(
                        DRIFT,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        MEDIUM,
                        "Compare windows of the smallest size with what is normal, and raise alarms, onto the topic alarms; needs verifier.windows.")
                .define(
                        DRIFT_WINDOWS,
                        ConfigDef.Type.LONG,
                        DEFAULT_WINDOWS_PER_FALSE_ALARM,
                        between(100, 1_000_000_000_000L),
                        MEDIUM,
                        "How rare false alarms about the share of matches are: one in so many windows with "
                                + "verdicts, on average, for each model version, task and source. 60480 are a week of "
                                + "windows of 10 s.")
                .define(
                        DRIFT_MARGIN,
                        ConfigDef.Type.DOUBLE,
                        DEFAULT_MARGIN,
                        between(0, 1),
                        MEDIUM,
                        "Least difference between two shares of matches that raises an alarm, however certain a "
                                + "smaller one is.")
                .define(
                        DRIFT_INDEX,
                        ConfigDef.Type.DOUBLE,
                        DEFAULT_INDEX,
                        between(0.01, 100),
                        MEDIUM,
                        "Population stability index of the scores, against the release's own, from which on an "
                                + "alarm is raised.");
    }

    /** Reads the settings. */
    public static WatchingSettings of(Settings settings) {
        return new WatchingSettings(
                settings.getBoolean(METRICS),
                settings.getInt(METRICS_SOURCES),
                new Windows(settings.getBoolean(WINDOWS), WindowSizes.of(settings), settings.millis(WINDOW_GRACE)),
                new Drift(
                        settings.getBoolean(DRIFT),
                        settings.getLong(DRIFT_WINDOWS),
                        settings.getDouble(DRIFT_MARGIN),
                        settings.getDouble(DRIFT_INDEX)));
    }

    /** Window sizes are whole milliseconds from a second to a day, each once, at least one. */
    private static final class WindowSizes implements ConfigDef.Validator {
        private static final long MIN_MS = 1_000;
        private static final long MAX_MS = 86_400_000;

        static List<Duration> of(Settings settings) {
            return settings.getList(WatchingSettings.WINDOW_SIZES).stream()
                    .map(size -> Duration.ofMillis(Long.parseLong(size)))
                    .toList();
        }

        @Override
        public void ensureValid(String name, Object value) {
            List<?> sizes = (List<?>) value;
            if (sizes.isEmpty() || !sizes.stream().allMatch(WindowSizes::valid)) {
                throw new ConfigException(
                        name,
                        value,
                        "needs whole milliseconds from %d to %d, comma-separated".formatted(MIN_MS, MAX_MS));
            }
            if (sizes.stream().distinct().count() < sizes.size()) {
                throw new ConfigException(name, value, "needs each size once");
            }
            long smallest = sizes.stream().mapToLong(WindowSizes::millis).min().orElseThrow();
            if (!sizes.stream().allMatch(size -> millis(size) % smallest == 0)) {
                throw new ConfigException(name, value, "needs multiples of the smallest, " + smallest);
            }
        }

        private static long millis(Object size) {
            return Long.parseLong(size.toString());
        }

        private static boolean valid(Object size) {
            String text = size.toString();
            return text.matches("[1-9][0-9]{3,7}") && millis(text) <= MAX_MS;
        }

        @Override
        public String toString() {
            return "[%d,...,%d], each once, multiples of the smallest".formatted(MIN_MS, MAX_MS);
        }
    }
}
