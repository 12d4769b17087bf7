package io.twinstream.deploy.bench;

import io.twinstream.trainer.report.Html;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws one figure over the points of an axis. Points are evenly spaced, so that sizes that grow tenfold and names stay
 * readable; values begin at zero.
 */
final class LinePlot {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 180;
    private static final int LEFT = 70;
    private static final int TOP = 12;
    private static final int BOTTOM = 44;
    private static final int TICKS = 4;

    private LinePlot() {}

    /** Holds one line of a plot: the number of its style, its name, and a value for each label. */
    record Line(int style, String name, List<Double> values) {}

    static String of(String title, String unit, List<String> labels, List<Line> lines) {
        double highest = lines.stream()
                .flatMap(line -> line.values().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        double top = highest > 0 ? highest : 1;
        StringBuilder svg =
                new StringBuilder("<div class=\"plot\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
                        .formatted(LEFT + WIDTH + LEFT, TOP + HEIGHT + BOTTOM, Html.escape(title)));
        for (int tick = 0; tick <= TICKS; tick++) {
            double y = TOP + HEIGHT * (1 - (double) tick / TICKS);
            svg.append(Html.format(
                    "<path class=\"grid\" d=\"M%d %.1f h%d\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT, y, WIDTH, LEFT - 6, y + 4, number(top * tick / TICKS)));
        }
        for (int i = 0; i < labels.size(); i++) {
            svg.append(Html.format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x(i, labels.size()), TOP + HEIGHT + 16, Html.escape(labels.get(i))));
        }
        svg.append("<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>"
                .formatted(LEFT + WIDTH / 2, TOP + HEIGHT + 36, Html.escape(unit)));
        for (Line line : lines) {
            List<String> path = new ArrayList<>();
            for (int i = 0; i < line.values().size(); i++) {
                double x = x(i, labels.size());
                double y = TOP + HEIGHT * (1 - line.values().get(i) / top);
                path.add(Html.format("%.1f %.1f", x, y));
                svg.append(Html.format(
                        "<circle class=\"dot s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"><title>%s: %s</title></circle>",
                        line.style(),
                        x,
                        y,
                        Html.escape(line.name()),
                        number(line.values().get(i))));
            }
            svg.append("<path class=\"line s%d\" d=\"M%s\"/>".formatted(line.style(), String.join(" L", path)));
        }
        return svg.append("</svg></div>").toString();
    }

    static String number(double value) {
        return Html.format(value < 10 ? "%.2f" : "%.0f", value);
    }

    private static double x(int number, int labels) {
        return LEFT + WIDTH * (number + 0.5) / labels;
    }
}
