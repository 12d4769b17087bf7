package io.twinstream.verifier.settings;

import java.util.Locale;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;

/** A profile says what a verifier spends its share of the machine on: short waits, or few commits and full batches. */
public enum Profile {
    LATENCY(5, 5, 0, 128, 16),
    /**
     * This profile suits most. A read-committed reader waits for half an interval on average; at Streams' 100 ms commits
     * would take a quarter of a thread. Fewer commits, or larger batches, judge no more probes.
     */
    BALANCED(250, 100, 250, 256, 128);

    /** Was the name of a profile with fewer commits. Settings that have it still hold, and mean balanced. */
    static final String GONE = "throughput";

    private final int commitMs;
    private final int pollMs;
    private final int lingerMs;
    private final int pollRecords;
    private final int batchMax;

    Profile(int commitMs, int pollMs, int lingerMs, int pollRecords, int batchMax) {
        this.commitMs = commitMs;
        this.pollMs = pollMs;
        this.lingerMs = lingerMs;
        this.pollRecords = pollRecords;
        this.batchMax = batchMax;
    }

    static Profile of(String word) {
        return word.equals(GONE) ? BALANCED : valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Throws unless a setting has the name of a profile, or of the one that is gone. */
    static void require(String setting, Object word) {
        if (!word.equals(GONE) && Stream.of(names()).noneMatch(word::equals)) {
            throw new ConfigException(setting, word, "String must be one of: " + String.join(", ", names()));
        }
    }

    /** Returns the largest number of images that are embedded together, where no other number is set. */
    int batchMax() {
        return batchMax;
    }

    /** Returns the milliseconds between two commits of a stream thread. */
    public int commitMs() {
        return commitMs;
    }

    /**
     * Returns the milliseconds for which a stream thread without records waits for some; a commit that is due waits as
     * long.
     */
    public int pollMs() {
        return pollMs;
    }

    /**
     * Returns the milliseconds for which a verdict waits for others to be sent with it. It is a commit's interval at
     * most, since a commit sends what waits and nobody reads it before.
     */
    public int lingerMs() {
        return lingerMs;
    }

    /**
     * Returns the largest number of records that are polled, and known to the look-ahead, at once. It is 256 at most:
     * while a group rebalances nothing is committed until some polls have passed, and a slow model's transaction would
     * run out of time.
     */
    public int pollRecords() {
        return pollRecords;
    }

    private static String[] names() {
        return Stream.of(values())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
    }
}
