package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.MatchWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Waiting windows are not judged yet, and are kept as of their latest updates. A window is due when its end and its
 * latest update are {@link #SETTLED} ago, or a later window of its series is due.
 */
final class WaitingWindows {
    /**
     * Time for which a window waits after its end and latest update: verdicts are counted about once a second, and those
     * of a backlog keep it from being judged while they come.
     */
    static final Duration SETTLED = Duration.ofSeconds(5);

    private record Waiting(long endMs, long updatedMs) {}

    private final KeyValueStore<String, MatchWindow> store;
    /** Holds the windows by series and by start; the times of their updates are known to this process alone. */
    private final Map<String, NavigableMap<Long, Waiting>> waiting = new HashMap<>();

    /** Loads the windows that are in the store, as if they had been updated now. */
    WaitingWindows(KeyValueStore<String, MatchWindow> store, long nowMs) {
        this.store = store;
        try (KeyValueIterator<String, MatchWindow> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, MatchWindow> each = all.next();
                note(each.key.substring(0, each.key.lastIndexOf('/')), each.value, nowMs);
            }
        }
    }

    void put(String series, MatchWindow window, long nowMs) {
        store.put(key(series, startMs(window)), window);
        note(series, window, nowMs);
    }

    /**
     * Takes out the windows that are due.
     *
     * @param timeMs the time of the latest verdicts, which may be ahead of the clock
     * @param taker takes a series with its due windows, earliest first
     */
    void takeDue(long nowMs, long timeMs, BiConsumer<String, List<MatchWindow>> taker) {
        for (Map.Entry<String, NavigableMap<Long, Waiting>> each : List.copyOf(waiting.entrySet())) {
            NavigableMap<Long, Waiting> windows = each.getValue();
            Long last = lastDue(windows.descendingMap(), nowMs - SETTLED.toMillis(), timeMs - SETTLED.toMillis());
            if (last != null) {
                NavigableMap<Long, Waiting> due = windows.headMap(last, true);
                List<MatchWindow> taken = new ArrayList<>();
                due.keySet().forEach(start -> taken.add(store.delete(key(each.getKey(), start))));
                due.clear();
                if (windows.isEmpty()) {
                    waiting.remove(each.getKey());
                }
                taker.accept(each.getKey(), taken);
            }
        }
    }

    private static @Nullable Long lastDue(NavigableMap<Long, Waiting> latestFirst, long updatedMs, long endedMs) {
        return latestFirst.entrySet().stream()
                .filter(each -> each.getValue().updatedMs() <= updatedMs
                        && each.getValue().endMs() <= endedMs)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private void note(String series, MatchWindow window, long nowMs) {
        waiting.computeIfAbsent(series, s -> new TreeMap<>())
                .put(startMs(window), new Waiting(startMs(window) + window.getSizeMs(), nowMs));
    }

    private static String key(String series, long startMs) {
        return series + "/" + startMs;
    }

    private static long startMs(MatchWindow window) {
        return window.getStart().toEpochMilli();
    }
}
