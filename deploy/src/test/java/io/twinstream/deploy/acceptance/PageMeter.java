package io.twinstream.deploy.acceptance;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What the page costs a browser, from Chromium's own counters. */
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

    /** Since {@link #begin}; what is held is the least after a few collections: a request under way is no leak. */
    Reading end() throws InterruptedException {
        double seconds = System.nanoTime() / 1e9 - beganSeconds;
        double tasks = metrics().get("TaskDuration") - tasksBefore;
        Map<String, Double> least = collected();
        for (int i = 1; i < COLLECTIONS; i++) {
            TimeUnit.SECONDS.sleep(1);
            Map<String, Double> again = collected();
            least.replaceAll((name, value) -> Math.min(value, again.getOrDefault(name, value)));
        }
        return new Reading(
                tasks / seconds,
                least.get("JSHeapUsedSize") / MEGABYTE,
                least.get("Nodes"),
                least.get("JSEventListeners"));
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

    /**
     * Of one span of time.
     *
     * @param share of the time that the main thread worked
     * @param heapMegabytes after collections, as the others
     */
    record Reading(double share, double heapMegabytes, double nodes, double listeners) {
        private static final List<ToDoubleFunction<Reading>> PARTS =
                List.of(Reading::share, Reading::heapMegabytes, Reading::nodes, Reading::listeners);

        /** Of each part by itself. */
        static Reading median(List<Reading> readings) {
            double[] medians = PARTS.stream()
                    .mapToDouble(part -> median(readings.stream(), part))
                    .toArray();
            return new Reading(medians[0], medians[1], medians[2], medians[3]);
        }

        /** How many times another's the part is that has grown most. */
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
            return "main thread %.1f %%, heap %.1f MB, %.0f nodes, %.0f listeners"
                    .formatted(100 * share, heapMegabytes, nodes, listeners);
        }
    }
}
