package io.twinstream.verifier.standstill;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A probe's place is its partition and offset on the topic of probes. */
public record ProbePlace(int partition, long offset) {
    private static final Pattern KEY = Pattern.compile("(\\d{1,9})-(\\d{1,18})");

    /** Reads a place from the part of a record's key behind the group; empty if there is none. */
    static Optional<ProbePlace> parse(String key) {
        Matcher parts = KEY.matcher(key);
        return parts.matches()
                ? Optional.of(new ProbePlace(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2))))
                : Optional.empty();
    }

    /** Returns {@code partition-offset}. */
    @Override
    public String toString() {
        return partition + "-" + offset;
    }
}
