package io.twinstream.verifier.settings;

import java.util.Locale;
import java.util.stream.Stream;

/** A profile says what a verifier spends its share of the machine on: short waits, or few commits and full batches. */
public enum Profile {
    LATENCY(5, 5, 0, 128, 16),
    /**
     * This profile suits most. A read-committed reader waits for half an interval on average; at Streams' 100 ms commits
     * would take a quarter of a thread.
     */
    BALANCED(250, 100, 250, 256, 64),
    THROUGHPUT(1_000, 100, 1_000, 256, 128);

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
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Returns the largest number of images in a batch, where no other number is set. */
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

    static String[] names() {
        return Stream.of(values())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
    }
}
