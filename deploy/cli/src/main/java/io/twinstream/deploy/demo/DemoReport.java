package io.twinstream.deploy.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
        return "%4.0f s  %5.0f/s  %s  undecided %d  p50 %.0f ms  p99 %.0f ms"
                .formatted(seconds, perSecond, rates(), counts.undecided(), p50Millis, p99Millis);
    }

    private String rates() {
        Double rate = counts.matchRate();
        return rate == null
                ? "nothing judged yet"
                : "match rate %4.1f %%  false matches %d of %d  false non-matches %d of %d"
                        .formatted(
                                100 * rate,
                                counts.falseMatches(),
                                counts.nonMated(),
                                counts.falseNonMatches(),
                                counts.mated());
    }

    /** Returns lines for people that explain their terms. Rates are of probes that were judged alone. */
    public List<String> summary() {
        List<String> lines = new ArrayList<>();
        lines.add("summary: %d verdicts in %.0f s, half of them within %.0f ms, 99 in 100 within %.0f ms"
                .formatted(counts.verdicts(), seconds, p50Millis, p99Millis));
        if (counts.mated() > 0) {
            lines.add(told(
                    counts.mated(),
                    "showed the subject that was asked for",
                    counts.falseNonMatches(),
                    "taken for nobody or for another (false non-matches, FNMR %.1f %%)",
                    counts.falseNonMatchRate()));
        }
        if (counts.nonMated() > 0) {
            lines.add(told(
                    counts.nonMated(),
                    "showed a stranger or another subject",
                    counts.falseMatches(),
                    "taken for a subject all the same (false matches, FMR %.1f %%)",
                    counts.falseMatchRate()));
        }
        if (counts.undecided() > 0) {
            lines.add("  %d of %d probes could not be judged, and are in no rate"
                    .formatted(counts.undecided(), counts.verdicts()));
        }
        return lines;
    }

    private static String told(long probes, String showed, long wrong, String taken, @Nullable Double rate) {
        return "  %d probes %s: %d were %s"
                .formatted(probes, showed, wrong, taken.formatted(100 * Objects.requireNonNull(rate)));
    }
}
