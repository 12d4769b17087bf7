package io.twinstream.deploy.acceptance.page;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Measures what the page costs a browser, from Chromium's own counters. */
final class PageMeter {
    private static final double MEGABYTE = 1e6;
    private static final int COLLECTIONS = 3;

    private final Browser browser;
    private double beganSeconds;
    private double tasksBefore;

    PageMeter(Browser browser) {
        this.browser = browser;
        // Processor time: what other processes take of the machine isn't the page's.
        browser.command("Performance.enable", Map.of("timeDomain", "threadTicks"));
        browser.command("HeapProfiler.enable", Map.of());
    }

    void begin() {
        tasksBefore = metrics().get("TaskDuration");
        beganSeconds = System.nanoTime() / 1e9;
    }

    /** Returns the share of the time since {@link #begin} that the main thread worked. */
    double share() {
        double seconds = System.nanoTime() / 1e9 - beganSeconds;
        return (metrics().get("TaskDuration") - tasksBefore) / seconds;
    }

    /** Returns what the view that is open holds: the least after a few collections, as a request under way is no leak. */
    Held held() throws InterruptedException {
        Map<String, Double> least = collected();
        for (int i = 1; i < COLLECTIONS; i++) {
            TimeUnit.SECONDS.sleep(1);
            Map<String, Double> again = collected();
            least.replaceAll((name, value) -> Math.min(value, again.getOrDefault(name, value)));
        }
        return new Held(least.get("JSHeapUsedSize") / MEGABYTE, least.get("Nodes"), least.get("JSEventListeners"));
    }

    private Map<String, Double> collected() {
        browser.command("HeapProfiler.collectGarbage", Map.of());
        return metrics();
    }

    private Map<String, Double> metrics() {
        Map<String, Double> values = new HashMap<>();
        List<?> metrics =
                (List<?>) browser.command("Performance.getMetrics", Map.of()).get("metrics");
        metrics.forEach(metric -> {
            Map<?, ?> each = (Map<?, ?>) metric;
            values.put((String) each.get("name"), ((Number) each.get("value")).doubleValue());
        });
        return values;
    }

    record Held(double heapMegabytes, double nodes, double listeners) {
        @Override
        public String toString() {
            return "heap %.1f MB, %.0f nodes, %.0f listeners".formatted(heapMegabytes, nodes, listeners);
        }
    }

    /**
     * Holds the figures of one span of time.
     *
     * @param share share of the time that the main thread worked
     * @param busy what a view that shows charts held
     * @param rest what a view without them held, which is what the others have left behind
     */
    record Reading(double share, Held busy, Held rest) {
        private static final List<ToDoubleFunction<Reading>> PARTS = List.of(
                Reading::share,
                each -> each.busy.heapMegabytes,
                each -> each.busy.nodes,
                each -> each.busy.listeners,
                each -> each.rest.heapMegabytes,
                each -> each.rest.nodes,
                each -> each.rest.listeners);

        /** Returns the median of each part by itself. */
        static Reading median(List<Reading> readings) {
            double[] medians = PARTS.stream()
                    .mapToDouble(part -> median(readings.stream(), part))
                    .toArray();
            return new Reading(
                    medians[0],
                    new Held(medians[1], medians[2], medians[3]),
                    new Held(medians[4], medians[5], medians[6]));
        }

        /** Returns how many times another's the part is that has grown most. */
        double mostTimes(Reading other) {
            return PARTS.stream()
                    .mapToDouble(part -> part.applyAsDouble(this) / part.applyAsDouble(other))
                    .max()
                    .orElseThrow();
        }

        private static double median(Stream<Reading> readings, ToDoubleFunction<Reading> part) {
            List<Reading> sorted =
                    readings.sorted(Comparator.comparingDouble(part)).toList();
            return part.applyAsDouble(sorted.get(sorted.size() / 2));
        }

        @Override
        public String toString() {
            return "main thread %.1f %%, with charts %s, without %s".formatted(100 * share, busy, rest);
        }
    }
}
