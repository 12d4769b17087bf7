package io.twinstream.deploy.demo;

import io.twinstream.schemas.record.Verdict;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * Counts what was asked, and how the verdicts compare with the truth. One thread sends and another one counts: the first may
 * call only {@link #sent} and {@link #failed}, the second all else.
 */
final class DemoTally {
    private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final int DIGITS = 2;
    private static final double MEDIAN = 50;
    private static final double TAIL = 99;

    private final LongSupplier nanoTime;
    private final Map<String, Sent> outstanding = new ConcurrentHashMap<>();
    private final Histogram total = new Histogram(LONGEST_MICROS, DIGITS);
    private final Histogram recent = new Histogram(LONGEST_MICROS, DIGITS);
    private DemoCounts counts = DemoCounts.NONE;

    DemoTally(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Notes a probe, just before it is sent. */
    void sent(String probeId, DemoProbe probe) {
        outstanding.put(probeId, new Sent(probe, nanoTime.getAsLong()));
    }

    /** Forgets a probe that could not be sent. */
    void failed(String probeId) {
        outstanding.remove(probeId);
    }

    /** Counts a verdict, unless it is on a probe that this tally doesn't know. */
    void verdict(Verdict verdict) {
        Sent sent = outstanding.remove(verdict.getProbeId());
        if (sent == null) {
            return;
        }
        long micros = TimeUnit.NANOSECONDS.toMicros(nanoTime.getAsLong() - sent.nanos());
        total.recordValue(Math.min(LONGEST_MICROS, micros));
        recent.recordValue(Math.min(LONGEST_MICROS, micros));
        counts = counts.plus(sent.probe(), verdict);
    }

    /** Returns the number of probes without a verdict so far. */
    int outstanding() {
        return outstanding.size();
    }

    /** Returns the counts, the rate and the latencies since the start, that many seconds ago. */
    DemoReport total(double seconds) {
        return new DemoReport(seconds, counts, counts.verdicts() / seconds, millis(total, MEDIAN), millis(total, TAIL));
    }

    /** Returns the counts since the start, and rate and latencies since the last call, {@code secondsSinceLast} ago. */
    DemoReport recent(double seconds, double secondsSinceLast) {
        DemoReport report = new DemoReport(
                seconds,
                counts,
                recent.getTotalCount() / secondsSinceLast,
                millis(recent, MEDIAN),
                millis(recent, TAIL));
        recent.reset();
        return report;
    }

    private static double millis(Histogram micros, double percentile) {
        return micros.getValueAtPercentile(percentile) / 1e3;
    }

    private record Sent(DemoProbe probe, long nanos) {}
}
