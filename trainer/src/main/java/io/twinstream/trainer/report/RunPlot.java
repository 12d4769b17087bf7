package io.twinstream.trainer.report;

import io.twinstream.trainer.evaluation.Interval;
import io.twinstream.trainer.evaluation.OneShotEvaluation;
import java.util.Map;

/** Draws the one-shot accuracy of each run with its 95 % interval. */
final class RunPlot {
    private static final int ROW = 18;
    private static final int LEFT = 96;
    private static final int WIDTH = 400;
    private static final int RIGHT = 60;
    private static final int TOP = 8;
    private static final int LONGEST = 14;

    private RunPlot() {}

    static String of(OneShotEvaluation oneShot) {
        Map<String, OneShotEvaluation> runs = oneShot.byRun();
        int height = ROW * (runs.size() + 1);
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"accuracy by run\">"
                .formatted(LEFT + WIDTH + RIGHT, TOP + height + 24));
        for (int tick = 0; tick <= 100; tick += 20) {
            int x = LEFT + WIDTH * tick / 100;
            svg.append(
                    "<path class=\"grid\" d=\"M%d %d v%d\"/><text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%d%%</text>"
                            .formatted(x, TOP, height, x, TOP + height + 16, tick));
        }
        row(svg, "all", oneShot, 0, "s0");
        int number = 1;
        for (Map.Entry<String, OneShotEvaluation> run : runs.entrySet()) {
            row(svg, run.getKey(), run.getValue(), number++, "muted");
        }
        return svg.append("</svg>").toString();
    }

    private static void row(StringBuilder svg, String name, OneShotEvaluation oneShot, int number, String style) {
        int y = TOP + ROW * number + ROW / 2;
        Interval interval = oneShot.interval();
        String shown = name.length() > LONGEST ? name.substring(0, LONGEST) + "\u2026" : name;
        svg.append("<g><title>%s: %d of %d</title>".formatted(Html.escape(name), oneShot.correct(), oneShot.trials()));
        svg.append(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>".formatted(LEFT - 8, y + 4, Html.escape(shown)));
        svg.append(Html.format(
                "<path class=\"line %s\" d=\"M%.1f %d H%.1f\"/>", style, x(interval.low()), y, x(interval.high())));
        svg.append(Html.format(
                "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%d\" r=\"4\"/>", style, x(oneShot.accuracy()), y));
        svg.append(Html.format(
                "<text x=\"%d\" y=\"%d\">%.1f%%</text></g>", LEFT + WIDTH + 8, y + 4, 100 * oneShot.accuracy()));
    }

    private static double x(double share) {
        return LEFT + WIDTH * share;
    }
}
