package io.twinstream.ingest.answer;

/**
 * Says how far before the ends of their topics the reading of results begins, in offsets that all partitions share evenly.
 *
 * @param deadLetters fewer, since each may be as large as a record can be
 */
public record RecentResults(long verdicts, long deadLetters) {
    /** Those from which a service finds recent verdicts again after its restart: some 40 MB of them. */
    public static final RecentResults OF_SERVICE = new RecentResults(100_000, 1_000);

    /** None: what comes from now on. */
    public static final RecentResults NONE = new RecentResults(0, 0);
}
