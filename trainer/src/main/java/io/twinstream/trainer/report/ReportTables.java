package io.twinstream.trainer.report;

import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.schemas.modelpackage.ThresholdBasis.Forecast;
import io.twinstream.trainer.evaluation.ErrorRates;
import io.twinstream.trainer.evaluation.Evaluation;
import io.twinstream.trainer.evaluation.Evaluation.OperatingPoint;
import io.twinstream.trainer.evaluation.Evaluation.Performance;
import io.twinstream.trainer.evaluation.IdentificationPoint;
import io.twinstream.trainer.evaluation.Interval;
import io.twinstream.trainer.evaluation.OneShotEvaluation;
import io.twinstream.trainer.evaluation.PublishedFigure;
import io.twinstream.trainer.evaluation.VerificationEvaluation;
import io.twinstream.trainer.report.Html.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the report's tables of rates. */
final class ReportTables {
    private static final String NONE = "&ndash;";

    private ReportTables() {}

    /** Returns the model beside the baselines and what others have published. */
    static String comparison(Evaluation evaluation) {
        Table table = new Table(List.of(
                "",
                "one-shot",
                "95&nbsp;% interval",
                "verification",
                "EER",
                "FNMR at FMR 1&nbsp;%",
                "FNMR at 0.1&nbsp;%",
                "FNMR at 0.01&nbsp;%"));
        table.row(cells(evaluation.model().name(), evaluation.performance()));
        evaluation.baselines().forEach(each -> table.row(cells(each.name(), each)));
        for (PublishedFigure figure : PublishedFigure.beside(evaluation.material())) {
            table.row(List.of(
                    "%s <small>published: %s; not measured here</small>"
                            .formatted(Html.escape(figure.name()), Html.escape(figure.source())),
                    Html.percent(figure.oneShot()),
                    NONE,
                    Html.percent(figure.verification()),
                    NONE,
                    NONE,
                    NONE,
                    NONE));
        }
        return table.html();
    }

    /** Returns the errors at the model's own thresholds on these pairs. */
    static String operatingPoints(List<OperatingPoint> points) {
        Table table = new Table(List.of(
                "measured on",
                "target FMR",
                "threshold",
                "FMR",
                "95&nbsp;% interval, classes drawn",
                "groups drawn",
                "FNMR",
                "95&nbsp;% interval"));
        for (OperatingPoint point : points) {
            table.row(List.of(
                    point.impostors().word(),
                    Html.percent(point.targetFmr()),
                    Html.format("%.4f", point.threshold()),
                    Html.percent(point.fmr()),
                    interval(point.fmrInterval()),
                    interval(point.fmrGroupInterval()),
                    Html.percent(point.fnmr()),
                    interval(point.fnmrInterval())));
        }
        return table.html();
    }

    /** Returns what as many other classes see at the model's thresholds as those that set them. */
    static String forecasts(ThresholdBasis basis) {
        Table table = new Table(List.of("target FMR", "FMR of others", "FNMR of others"));
        for (Forecast forecast : basis.forecasts()) {
            table.row(List.of(
                    Html.percent(forecast.target()),
                    interval(new Interval(forecast.fmrLow(), forecast.fmrHigh())),
                    interval(new Interval(forecast.fnmrLow(), forecast.fnmrHigh()))));
        }
        return table.html();
    }

    private static String interval(@Nullable Interval interval) {
        return interval == null
                ? NONE
                : Html.format("%.2f to %.2f&nbsp;%%", 100 * interval.low(), 100 * interval.high());
    }

    static String identification(List<IdentificationPoint> points) {
        Table table = new Table(List.of(
                "measured on",
                "gallery",
                "target FPIR",
                "threshold",
                "FPIR",
                "FNIR",
                "FNIR at that FPIR",
                "searches by strangers",
                "by enrolled"));
        for (IdentificationPoint point : points) {
            table.row(List.of(
                    point.impostors().word(),
                    point.gallerySize() + (point.withinGroup() ? " of one group" : ""),
                    Html.percent(point.targetFpir()),
                    Html.format("%.4f", point.threshold()),
                    Html.percent(point.fpir()),
                    Html.percent(point.fnir()),
                    Html.percent(point.fnirAtFpir()),
                    Integer.toString(point.strangerSearches()),
                    Integer.toString(point.matedSearches())));
        }
        return table.html();
    }

    private static List<String> cells(String name, Performance performance) {
        List<String> cells = new ArrayList<>(List.of(Html.escape(name)));
        OneShotEvaluation oneShot = performance.oneShot();
        if (oneShot == null) {
            cells.addAll(List.of(NONE, NONE));
        } else {
            Interval interval = oneShot.interval();
            cells.add(Html.percent(oneShot.accuracy()));
            cells.add(Html.format("%.1f to %.1f&nbsp;%%", 100 * interval.low(), 100 * interval.high()));
        }
        VerificationEvaluation verification = performance.verification();
        if (verification == null) {
            cells.addAll(List.of(NONE, NONE, NONE, NONE, NONE));
            return cells;
        }
        ErrorRates rates = verification.rates();
        cells.add(Html.percent(verification.accuracy()));
        cells.add(Html.percent(rates.equalErrorRate()));
        for (double target : Evaluation.TARGET_FMRS) {
            Double fnmr = rates.measuredFnmrAtFmr(target);
            cells.add(
                    fnmr == null
                            ? "<small>needs %d impostor pairs, had %d</small>"
                                    .formatted(ErrorRates.leastImpostorPairs(target), rates.impostorPairs())
                            : Html.percent(fnmr));
        }
        return cells;
    }
}
