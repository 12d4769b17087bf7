package io.twinstream.deploy.cli.training;

import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.trainer.evaluation.ErrorRates;
import io.twinstream.trainer.evaluation.Evaluation;
import io.twinstream.trainer.evaluation.Evaluation.DomainShare;
import io.twinstream.trainer.evaluation.Evaluation.OperatingPoint;
import io.twinstream.trainer.evaluation.Evaluation.Performance;
import io.twinstream.trainer.evaluation.IdentificationPoint;
import io.twinstream.trainer.evaluation.Interval;
import io.twinstream.trainer.evaluation.OneShotEvaluation;
import io.twinstream.trainer.evaluation.PublishedFigure;
import io.twinstream.trainer.evaluation.VerificationEvaluation;
import io.twinstream.verifier.settings.DomainRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes an evaluation as lines for people. */
final class EvaluationLines {
    /** Share of images out of domain up to which no advice is given, since a model turns as many of its own kind away. */
    private static final double EXPECTED = 0.01;

    private final List<String> lines = new ArrayList<>();

    private EvaluationLines() {}

    static List<String> of(Evaluation evaluation) {
        EvaluationLines text = new EvaluationLines();
        text.line(
                "%s %s at %s, %s, %.2f MB, views %d",
                evaluation.model().name(),
                evaluation.model().version(),
                evaluation.model().precision().name().toLowerCase(Locale.ROOT),
                evaluation.model().architecture(),
                evaluation.model().bytes() / 1e6,
                evaluation.plan().views());
        text.domain(evaluation);
        text.performance("", evaluation.performance());
        for (OperatingPoint point : evaluation.operatingPoints()) {
            text.line(
                    "  threshold for FMR %s, measured on %s, is %s: FMR %s%s%s, FNMR %s%s",
                    percent(point.targetFmr()),
                    measuredOn(point.impostors()),
                    number(point.threshold()),
                    percent(point.fmr()),
                    interval(point.fmrInterval()),
                    ofGroups(point.fmrGroupInterval()),
                    percent(point.fnmr()),
                    interval(point.fnmrInterval()));
        }
        text.basis(evaluation.model().basis());
        text.basis(evaluation.model().lookAlikes());
        if (evaluation.model().lookAlikes() == null
                && !evaluation.operatingPoints().isEmpty()) {
            text.line(
                    "%s/%s has no thresholds for look-alikes: 'twinstream measure' adds them",
                    evaluation.model().name(), evaluation.model().version());
        }
        for (IdentificationPoint point : evaluation.identification()) {
            text.line(
                    "identification among %d%s, target FPIR %s, threshold measured on %s: FPIR %s, FNIR %s",
                    point.gallerySize(),
                    point.withinGroup() ? " of one group" : "",
                    percent(point.targetFpir()),
                    measuredOn(point.impostors()),
                    percent(point.fpir()),
                    percent(point.fnir()));
        }
        for (Performance baseline : evaluation.baselines()) {
            text.performance("baseline " + baseline.name() + ": ", baseline);
        }
        for (PublishedFigure figure : PublishedFigure.beside(evaluation.material())) {
            text.line(
                    "published, not measured here: %s%s%s (%s)",
                    figure.name(),
                    figure.oneShot() == null ? "" : ", one-shot accuracy " + percent(figure.oneShot()),
                    figure.verification() == null ? "" : ", verification accuracy " + percent(figure.verification()),
                    figure.source());
        }
        text.failures(evaluation);
        return text.lines;
    }

    /** Writes the share of images out of domain before the rates, since those say nothing of pictures of another kind. */
    private void domain(Evaluation evaluation) {
        DomainShare domain = evaluation.domain();
        String model = evaluation.model().name() + "/" + evaluation.model().version();
        if (!domain.known()) {
            line("%s knows no domain: it can't tell pictures of another kind than it was trained for", model);
        } else if (domain.share() > EXPECTED) {
            lines.add(DomainRule.advice(domain.outOfDomain(), domain.images(), "images", model));
        } else {
            line("out of domain %s of %d images", percent(domain.share()), domain.images());
        }
        if (domain.blank() > 0) {
            line("%d of %d images are blank and never judged", domain.blank(), domain.images());
        }
    }

    private void performance(String prefix, Performance performance) {
        OneShotEvaluation oneShot = performance.oneShot();
        if (oneShot != null) {
            line(
                    "%sone-shot accuracy %s, %d of %d, 95 %% interval %s to %s",
                    prefix,
                    percent(oneShot.accuracy()),
                    oneShot.correct(),
                    oneShot.trials(),
                    percent(oneShot.interval().low()),
                    percent(oneShot.interval().high()));
            oneShot.jointAssignment()
                    .ifPresent(joint -> line(
                            "%s  by joint assignment of each run's probes %s, %d of %d: another task, not to be compared with trials judged one by one",
                            prefix, percent(joint.accuracy()), joint.correct(), joint.trials()));
        }
        VerificationEvaluation verification = performance.verification();
        if (verification != null) {
            ErrorRates rates = verification.rates();
            line(
                    "%sverification accuracy %s on %d pairs of %d classes at %s",
                    prefix,
                    percent(verification.accuracy()),
                    verification.scored().pairs().size(),
                    verification.classes(),
                    verification.otherSet()
                            ? "the best threshold of the other set"
                            : "the best threshold of the other half of the classes");
            line("%sEER %s%s", prefix, percent(rates.equalErrorRate()), fnmrs(rates));
            if (prefix.isEmpty()) {
                unmeasured(rates);
            }
        }
    }

    private static String fnmrs(ErrorRates rates) {
        StringBuilder text = new StringBuilder();
        for (double target : Evaluation.TARGET_FMRS) {
            Double fnmr = rates.measuredFnmrAtFmr(target);
            if (fnmr != null) {
                text.append(", FNMR at FMR %s %s".formatted(percent(target), percent(fnmr)));
            }
        }
        return text.toString();
    }

    /** Says of each rate that isn't measured what it would take. */
    private void unmeasured(ErrorRates rates) {
        String needed = Evaluation.TARGET_FMRS.stream()
                .filter(target -> rates.measuredFnmrAtFmr(target) == null)
                .map(target -> "at FMR %s for %d".formatted(percent(target), ErrorRates.leastImpostorPairs(target)))
                .collect(Collectors.joining(", "));
        if (!needed.isEmpty()) {
            line(
                    "  FNMR not measured for want of impostor pairs: it asks %s, and there are %d (--pair-count)",
                    needed, rates.impostorPairs());
        }
    }

    private void failures(Evaluation evaluation) {
        line(
                "failure to acquire %s of %d images",
                percent(evaluation.material().failureToAcquire()),
                evaluation.material().presented());
        evaluation.material().failures().forEach(failure -> line("  %s", failure));
    }

    private void line(String format, Object... values) {
        lines.add(String.format(Locale.ROOT, format, values));
    }

    private static String percent(double rate) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * rate);
    }

    /** Says what the model's own thresholds rest on, which says more than one sample of pairs does. */
    private void basis(@Nullable ThresholdBasis basis) {
        if (basis != null) {
            line("the model's %s", basis.line());
            basis.doubts().forEach(doubt -> line("warning: %s", doubt));
        }
    }

    private static String interval(@Nullable Interval interval) {
        return interval == null
                ? ""
                : String.format(
                        Locale.ROOT, " (95 %% interval %s to %s)", percent(interval.low()), percent(interval.high()));
    }

    private static String ofGroups(@Nullable Interval interval) {
        return interval == null
                ? ""
                : String.format(
                        Locale.ROOT, " (of other groups %s to %s)", percent(interval.low()), percent(interval.high()));
    }

    private static String measuredOn(Impostors impostors) {
        return impostors == Impostors.POOLED ? "all impostors" : impostors.word();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
