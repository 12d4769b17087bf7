package io.twinstream.verifier.standstill;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a probe lies on its topic. */
public record ProbePlace(int partition, long offset) {
    private static final Pattern KEY = Pattern.compile("(\\d{1,9})-(\\d{1,18})");

    /** Reads a place as a record's key has it behind the group; empty where the key holds none. */
    static Optional<ProbePlace> parse(String key) {
        Matcher parts = KEY.matcher(key);
        return parts.matches()
                ? Optional.of(new ProbePlace(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2))))
                : Optional.empty();
    }

    /** {@code partition-offset}. */
    @Override
    public String toString() {
        return partition + "-" + offset;
    }
}
