package io.twinstream.trainer.report;

import io.twinstream.trainer.evaluation.ErrorRates;
import io.twinstream.trainer.evaluation.ErrorRates.DetPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.distribution.NormalDistribution;

/** Draws the detection error trade-off: FNMR over FMR on normal-deviate axes, with a line for each way of comparing. */
final class DetPlot {
    private static final int SIZE = 440;
    private static final int LEFT = 66;
    private static final int BOTTOM = 44;
    private static final int TOP = 10;
    private static final int POINTS = 200;
    private static final double HIGHEST = 0.9;
    private static final double[] TICKS = {1e-4, 1e-3, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8};

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private final double lowest;
    private final StringBuilder svg = new StringBuilder();

    private DetPlot(double lowest) {
        this.lowest = lowest;
    }

    /** Draws the lines, the first of which is the model's. */
    static String of(Map<String, ErrorRates> lines) {
        int impostors = lines.values().stream()
                .mapToInt(ErrorRates::impostorPairs)
                .min()
                .orElse(1);
        DetPlot plot = new DetPlot(Math.min(0.005, Math.max(TICKS[0], 1.0 / impostors)));
        plot.svg.append("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"DET curves\">"
                .formatted(LEFT + SIZE + TOP, SIZE + BOTTOM + TOP));
        plot.axes();
        int number = 0;
        for (Map.Entry<String, ErrorRates> line : lines.entrySet()) {
            plot.line(line.getKey(), line.getValue(), number++);
        }
        return plot.svg.append("</svg>").toString();
    }

    private void axes() {
        for (double tick : TICKS) {
            if (tick < lowest) {
                continue;
            }
            String label = Html.plain(100 * tick) + "%";
            double x = x(tick);
            double y = y(tick);
            svg.append(Html.format(
                    "<path class=\"grid\" d=\"M%.1f %d V%d M%d %.1f H%d\"/>",
                    x, TOP, TOP + SIZE, LEFT, y, LEFT + SIZE));
            svg.append(Html.format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", x, TOP + SIZE + 16, label));
            svg.append(Html.format("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 6, y + 4, label));
        }
        svg.append(Html.format(
                "<path class=\"diagonal\" d=\"M%.1f %.1f L%.1f %.1f\"/>",
                x(lowest), y(lowest), x(HIGHEST), y(HIGHEST)));
        svg.append("<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">false match rate (FMR)</text>"
                .formatted(LEFT + SIZE / 2, TOP + SIZE + 36));
        svg.append(
                "<text class=\"axis\" transform=\"translate(12 %d) rotate(-90)\" text-anchor=\"middle\">false non-match rate (FNMR)</text>"
                        .formatted(TOP + SIZE / 2));
    }

    private void line(String name, ErrorRates rates, int number) {
        List<String> path = new ArrayList<>();
        for (DetPoint point : rates.det(POINTS)) {
            if (inside(point.fmr()) && inside(point.fnmr())) {
                path.add(Html.format("%.1f %.1f", x(point.fmr()), y(point.fnmr())));
            }
        }
        if (path.isEmpty()) {
            return;
        }
        svg.append("<path class=\"line s%d\" d=\"M%s\"><title>%s</title></path>"
                .formatted(number, String.join(" L", path), Html.escape(name)));
        double eer = rates.equalErrorRate();
        if (inside(eer)) {
            svg.append(Html.format(
                    "<circle class=\"dot s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"><title>%s: EER %.2f %%</title></circle>",
                    number, x(eer), y(eer), Html.escape(name), 100 * eer));
        }
    }

    private boolean inside(double rate) {
        return rate >= lowest && rate <= HIGHEST;
    }

    private double x(double rate) {
        return LEFT + SIZE * share(rate);
    }

    private double y(double rate) {
        return TOP + SIZE * (1 - share(rate));
    }

    private double share(double rate) {
        double low = deviate(lowest);
        return (deviate(rate) - low) / (deviate(HIGHEST) - low);
    }

    /**
     * Returns the value that a standard normal variable stays below with a probability. On axes of such values the
     * curves of scores that are normally distributed are straight lines (Martin et al.: The DET curve in assessment of
     * detection task performance, 1997).
     *
     * @param probability between 0 and 1, exclusive
     */
    static double deviate(double probability) {
        return NORMAL.inverseCumulativeProbability(probability);
    }
}
