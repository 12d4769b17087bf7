package io.twinstream.deploy.demo;

/**
 * Says how a demo goes.
 *
 * @param seconds seconds since the first probe
 * @param perSecond verdicts a second
 * @param p50Millis median time from sending a probe to reading its verdict
 * @param p99Millis time that 99 in 100 probes have at most, from sending a probe to reading its verdict
 */
public record DemoReport(double seconds, DemoCounts counts, double perSecond, double p50Millis, double p99Millis) {

    /** Returns one line of about 140 characters. */
    public String line() {
        return "%4.0f s  %5.0f/s  match rate %4.1f %%  false matches %d of %d  false non-matches %d of %d  undecided %d  p50 %.0f ms  p99 %.0f ms"
                .formatted(
                        seconds,
                        perSecond,
                        100 * counts.matchRate(),
                        counts.falseMatches(),
                        counts.nonMated(),
                        counts.falseNonMatches(),
                        counts.mated(),
                        counts.undecided(),
                        p50Millis,
                        p99Millis);
    }
}
