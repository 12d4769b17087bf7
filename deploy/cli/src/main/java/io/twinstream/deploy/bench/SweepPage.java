package io.twinstream.deploy.bench;

import io.twinstream.trainer.report.Html;
import io.twinstream.trainer.report.Html.Table;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Writes a sweep as one HTML page that holds all it shows: it fetches nothing and runs no script. */
final class SweepPage {
    private static final double CORE_SHARE = 0.7;

    private final StringBuilder html = new StringBuilder(Html.begin("Benchmark of the verifier"));

    private SweepPage() {}

    /**
     * Returns the page's text, to be written as UTF-8.
     *
     * @param facts of the machine and the base that the points vary, by name
     */
    static String of(Map<String, String> facts, List<SweepPoint> points) {
        SweepPage page = new SweepPage();
        page.html.append("<dl>");
        facts.forEach((name, value) ->
                page.html.append("<dt>%s</dt><dd>%s</dd>".formatted(Html.escape(name), Html.escape(value))));
        page.html
                .append(
                        "</dl><p>One thing is varied at a time. Latency, except where the load is what is varied, is at half of the")
                .append(
                        " throughput beside it: from when a probe is due until a read-committed reader has its verdict.</p>");
        for (SweepAxis axis : SweepAxis.values()) {
            List<SweepPoint> own =
                    points.stream().filter(each -> each.axis() == axis).toList();
            if (!own.isEmpty()) {
                page.axis(axis, own);
            }
        }
        page.stages(points.stream().filter(each -> each.stages() != null).toList());
        page.section("Capacity", "<p>%s</p>".formatted(Html.escape(capacity(points))));
        return page.html.append(Html.END).toString();
    }

    /**
     * Returns the documentation's formula with the constants that fit the measured galleries, or says why there are none.
     */
    static String capacity(List<SweepPoint> points) {
        Optional<CapacityFit> fit = CapacityFit.of(points.stream()
                .filter(each -> each.axis() == SweepAxis.GALLERY)
                .map(each ->
                        new CapacityFit.Measured(each.gallery(), each.rate().cpuMicros()))
                .toList());
        return fit.map(f -> Html.format(
                        "cores for verifiers = probes/s x (%.1f us + %.5f us x references) / %.1f; residual %.1f us",
                        f.base(), f.perReference(), CORE_SHARE, f.residual()))
                .orElse("Too few galleries of different sizes were measured to fit the formula: it takes three.");
    }

    private void axis(SweepAxis axis, List<SweepPoint> points) {
        List<String> labels = points.stream().map(SweepPoint::label).toList();
        Table table =
                new Table(List.of(axis.unit(), "probes/s", "us of processor time", "p50 ms", "p99 ms", "at a load of"));
        for (SweepPoint each : points) {
            table.row(List.of(
                    Html.escape(each.label()),
                    LinePlot.number(each.rate().probesPerSecond()),
                    each.stages() == null
                            ? "&ndash;"
                            : LinePlot.number(each.rate().cpuMicros()),
                    LinePlot.number(each.latency().p50Millis()),
                    LinePlot.number(each.latency().p99Millis()),
                    LinePlot.number(each.latency().probesPerSecond())));
        }
        section(
                axis.title(),
                "<h3>Throughput, probes/s</h3>"
                        + LinePlot.of(
                                "throughput",
                                axis.unit(),
                                labels,
                                List.of(line(
                                        0,
                                        "probes/s",
                                        points,
                                        each -> each.rate().probesPerSecond())))
                        + "<h3>Latency, ms</h3><p class=\"legend\"><span class=\"key s0\"></span>p50<span class=\"key s1\"></span>p99</p>"
                        + LinePlot.of(
                                "latency",
                                axis.unit(),
                                labels,
                                List.of(
                                        line(
                                                0,
                                                "p50",
                                                points,
                                                each -> each.latency().p50Millis()),
                                        line(
                                                1,
                                                "p99",
                                                points,
                                                each -> each.latency().p99Millis())))
                        + table.html());
    }

    private void stages(List<SweepPoint> points) {
        Table table = new Table(List.of("setup", "decode us", "embed us", "match us", "processor time us, all of it"));
        for (SweepPoint each : points) {
            StageTimes stages = Objects.requireNonNull(each.stages());
            table.row(List.of(
                    Html.escape(each.axis().title() + " " + each.label()),
                    LinePlot.number(stages.decode()),
                    LinePlot.number(stages.embed()),
                    LinePlot.number(stages.match()),
                    LinePlot.number(each.rate().cpuMicros())));
        }
        section(
                "Where the time goes",
                "<p>Microseconds of a probe in each stage by the verifier&rsquo;s own clocks, its warm-up included, beside the"
                        + " processor time of the process: Streams, broker and reader are what is left.</p>"
                        + "<p class=\"legend\"><span class=\"key s0\"></span>decode<span class=\"key s1\"></span>embed"
                        + "<span class=\"key s2\"></span>match</p>"
                        + LinePlot.of(
                                "stages",
                                "setups in the order of the table",
                                points.stream().map(SweepPoint::label).toList(),
                                List.of(
                                        line(
                                                0,
                                                "decode",
                                                points,
                                                each -> Objects.requireNonNull(each.stages())
                                                        .decode()),
                                        line(
                                                1,
                                                "embed",
                                                points,
                                                each -> Objects.requireNonNull(each.stages())
                                                        .embed()),
                                        line(
                                                2,
                                                "match",
                                                points,
                                                each -> Objects.requireNonNull(each.stages())
                                                        .match())))
                        + table.html());
    }

    private static LinePlot.Line line(
            int style, String name, List<SweepPoint> points, ToDoubleFunction<SweepPoint> value) {
        return new LinePlot.Line(
                style, name, points.stream().map(value::applyAsDouble).toList());
    }

    private void section(String title, String body) {
        html.append("<section><h2>%s</h2>%s</section>\n".formatted(title, body));
    }
}
