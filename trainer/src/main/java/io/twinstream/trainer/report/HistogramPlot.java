package io.twinstream.trainer.report;

import io.twinstream.trainer.evaluation.VerificationEvaluation.ScoredPairs;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Draws how the match logits of genuine and of impostor pairs are spread, each as shares of its own kind. */
final class HistogramPlot {
    private static final int WIDTH = 620;
    private static final int HEIGHT = 220;
    private static final int LEFT = 44;
    private static final int BOTTOM = 44;
    private static final int TOP = 10;
    private static final int BINS = 50;

    private final double low;
    private final double high;
    private final double highest;

    private HistogramPlot(double low, double high, double highest) {
        this.low = low;
        this.high = high;
        this.highest = highest;
    }

    static String of(ScoredPairs scored) {
        double[] genuine = scored.scores(true);
        double[] impostor = scored.scores(false);
        double low = DoubleStream.of(scored.scores()).min().orElse(0);
        double high =
                Math.max(low + 1e-6, DoubleStream.of(scored.scores()).max().orElse(1));
        double[] genuineShares = shares(genuine, low, high);
        double[] impostorShares = shares(impostor, low, high);
        double highest = DoubleStream.concat(Arrays.stream(genuineShares), Arrays.stream(impostorShares))
                .max()
                .orElse(1);
        HistogramPlot plot = new HistogramPlot(low, high, highest);
        return "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"score histograms\">"
                        .formatted(LEFT + WIDTH + TOP, TOP + HEIGHT + BOTTOM)
                + plot.axes()
                + plot.area(impostorShares, "impostor")
                + plot.area(genuineShares, "genuine")
                + "</svg>";
    }

    private static double[] shares(double[] scores, double low, double high) {
        double[] shares = new double[BINS];
        for (double score : scores) {
            shares[Math.min(BINS - 1, (int) ((score - low) / (high - low) * BINS))] += 1.0 / scores.length;
        }
        return shares;
    }

    private String axes() {
        StringBuilder svg = new StringBuilder();
        double step = Math.pow(10, Math.floor(Math.log10((high - low) / 2)));
        step *= (high - low) / step > 12 ? 2 : (high - low) / step > 6 ? 1 : 0.5;
        for (double tick = Math.ceil(low / step) * step; tick <= high; tick += step) {
            double x = LEFT + WIDTH * (tick - low) / (high - low);
            svg.append(Html.format(
                    "<path class=\"grid\" d=\"M%.1f %d v%d\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x, TOP, HEIGHT, x, TOP + HEIGHT + 16, Html.plain(tick)));
        }
        svg.append(Html.format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f%%</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>",
                LEFT - 6, TOP + 10, 100 * highest, LEFT - 6, TOP + HEIGHT));
        svg.append(
                "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">match logit; the score is its sigmoid</text>"
                        .formatted(LEFT + WIDTH / 2, TOP + HEIGHT + 36));
        return svg.toString();
    }

    private String area(double[] shares, String kind) {
        StringBuilder path = new StringBuilder("M%d %d".formatted(LEFT, TOP + HEIGHT));
        for (double share : shares) {
            path.append(Html.format(" V%.1f h%.2f", TOP + HEIGHT * (1 - share / highest), (double) WIDTH / BINS));
        }
        return "<path class=\"area %s\" d=\"%s V%d Z\"><title>%s pairs</title></path>"
                .formatted(kind, path, TOP + HEIGHT, kind);
    }
}
