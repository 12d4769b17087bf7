package io.twinstream.verifier.settings;

import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Window sizes are whole milliseconds from a second to a day, each once, at least one. */
public final class WindowSizes implements ConfigDef.Validator {
    private static final long MIN_MS = 1_000;
    private static final long MAX_MS = 86_400_000;

    WindowSizes() {}

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
                    name, value, "needs whole milliseconds from %d to %d, comma-separated".formatted(MIN_MS, MAX_MS));
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
