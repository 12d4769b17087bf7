package io.twinstream.deploy.acceptance;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What the page costs a browser, from Chromium's own counters. */
final class PageMeter {
    private static final double MEGABYTE = 1e6;

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

    /** Since {@link #begin}. */
    Reading end() {
        double seconds = System.nanoTime() / 1e9 - beganSeconds;
        double tasks = metrics().get("TaskDuration") - tasksBefore;
        browser.command("HeapProfiler.collectGarbage", Map.of());
        Map<String, Double> after = metrics();
        return new Reading(
                tasks / seconds,
                after.get("JSHeapUsedSize") / MEGABYTE,
                after.get("Nodes"),
                after.get("JSEventListeners"));
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
     * @param heapMegabytes after a collection, as the others
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
