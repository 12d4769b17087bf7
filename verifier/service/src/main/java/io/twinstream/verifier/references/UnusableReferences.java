package io.twinstream.verifier.references;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Unusable references are those that one version can't use, by their keys. Counting them and listing a page of them
 * cost the same at any number. Safe for many threads.
 */
public final class UnusableReferences {
    /** This is the reason of a record that is no reference. */
    static final String NOT_A_REFERENCE = "NOT_A_REFERENCE";

    /** This is the reason of a reference in which two things of like size were found. */
    static final String SEVERAL_FOUND = "SEVERAL_FOUND";

    /** This is the reason of a reference whose own region can't be embedded. */
    static final String BAD_REGION = "BAD_REGION";

    /**
     * An unusable reference is one that the version can't use.
     *
     * @param key the key, {@code subjectId/referenceId} if it has that form
     * @param reason one word: the fault of its image, {@code BLANK}, {@code OUT_OF_DOMAIN}, {@code NOTHING_FOUND}, {@code SEVERAL_FOUND}, {@code BAD_REGION},
     *     {@code STUCK} or {@code NOT_A_REFERENCE}
     * @param message one line that says more
     */
    public record Unusable(String key, String reason, String message) {}

    /**
     * A count says how many references are unusable, and why.
     *
     * @param byReason the number of each reason
     */
    public record Count(int all, Map<String, Integer> byReason) {
        public static final Count NONE = new Count(0, Map.of());

        public Count {
            byReason = Map.copyOf(byReason);
        }
    }

    private final ConcurrentNavigableMap<String, Unusable> byKey = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

    void put(Unusable unusable) {
        count(byKey.put(unusable.key(), unusable), -1);
        count(unusable, 1);
    }

    void remove(String key) {
        count(byKey.remove(key), -1);
    }

    public Count count() {
        Map<String, Integer> byReason = new TreeMap<>();
        counts.forEach((reason, count) -> byReason.put(reason, count.get()));
        byReason.values().removeIf(count -> count == 0);
        return new Count(byReason.values().stream().mapToInt(Integer::intValue).sum(), byReason);
    }

    /**
     * Returns a page of them, in the order of their keys.
     *
     * @param after the key that the page begins behind; an empty text for the first page
     */
    public List<Unusable> page(String after, int limit) {
        return byKey.tailMap(after, false).values().stream().limit(limit).toList();
    }

    private void count(@Nullable Unusable unusable, int more) {
        if (unusable != null) {
            counts.computeIfAbsent(unusable.reason(), reason -> new AtomicInteger())
                    .addAndGet(more);
        }
    }
}
