package io.twinstream.trainer.report;

import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.trainer.evaluation.ErrorRates;
import io.twinstream.trainer.evaluation.Evaluation;
import io.twinstream.trainer.evaluation.Evaluation.ModelFacts;
import io.twinstream.trainer.evaluation.Evaluation.Performance;
import io.twinstream.trainer.evaluation.HeldOutImages;
import io.twinstream.trainer.evaluation.OneShotEvaluation;
import io.twinstream.trainer.evaluation.PairPlan;
import io.twinstream.trainer.evaluation.VerificationEvaluation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes an evaluation as one HTML page that holds all it shows: nothing is fetched, and no script runs. The same
 * evaluation gives the same bytes.
 */
public final class HtmlReport {
    private final Evaluation evaluation;
    private final StringBuilder html = new StringBuilder();

    private HtmlReport(Evaluation evaluation) {
        this.evaluation = evaluation;
    }

    /** Returns the page's text, to be written as UTF-8. */
    public static String of(Evaluation evaluation) {
        HtmlReport report = new HtmlReport(evaluation);
        report.html.append(Html.begin("Evaluation of %s %s"
                .formatted(evaluation.model().name(), evaluation.model().version())));
        report.summary();
        report.verification();
        report.basis();
        report.oneShot();
        report.identification();
        report.mistakes();
        report.section("Settings", settings(evaluation));
        return report.html.append(Html.END).toString();
    }

    private void summary() {
        html.append("<div class=\"tiles\">");
        OneShotEvaluation oneShot = evaluation.performance().oneShot();
        if (oneShot != null) {
            tile(
                    "one-shot accuracy",
                    Html.percent(oneShot.accuracy()),
                    "%d of %d".formatted(oneShot.correct(), oneShot.trials()));
        }
        VerificationEvaluation verification = evaluation.performance().verification();
        if (verification != null) {
            tile(
                    "verification accuracy",
                    Html.percent(verification.accuracy()),
                    "%d pairs".formatted(verification.scored().pairs().size()));
            tile("equal error rate", Html.percent(verification.rates().equalErrorRate()), "EER");
        }
        tile(
                "failure to acquire",
                Html.percent(evaluation.material().failureToAcquire()),
                "of %d images".formatted(evaluation.material().presented()));
        html.append("</div>");
        section("Beside baselines, on the same trials and pairs", ReportTables.comparison(evaluation));
    }

    private void tile(String name, String value, String of) {
        html.append("<div class=\"tile\"><span>%s</span><strong>%s</strong><small>%s</small></div>"
                .formatted(name, value, of));
    }

    private void verification() {
        VerificationEvaluation verification = evaluation.performance().verification();
        if (verification == null) {
            return;
        }
        Map<String, ErrorRates> lines = new LinkedHashMap<>();
        Stream.concat(Stream.of(evaluation.performance()), evaluation.baselines().stream())
                .forEach(each -> add(lines, each));
        section(
                "Verification",
                "<p>%s</p>".formatted(threshold(verification))
                        + legend(List.copyOf(lines.keySet()))
                        + "<div class=\"plot square\">%s</div>".formatted(DetPlot.of(lines))
                        + "<h3>Match logits of genuine and impostor pairs</h3>"
                        + "<p class=\"legend\"><span class=\"key genuine\"></span>genuine<span class=\"key impostor\"></span>impostor</p>"
                        + "<div class=\"plot\">%s</div>".formatted(HistogramPlot.of(verification.scored()))
                        + "<h3>The model&rsquo;s own thresholds on these pairs</h3>"
                        + "<p>A threshold was measured on look-alikes, which are impostors of one group, or on all pooled. <code>verifier.fmr.impostors</code> chooses.</p>"
                        + ReportTables.operatingPoints(evaluation.operatingPoints()));
    }

    private void basis() {
        basis("What the thresholds rest on", "classes", evaluation.model().basis());
        basis(
                "What the thresholds for look-alikes rest on",
                "groups",
                evaluation.model().lookAlikes());
    }

    private void basis(String title, String others, @Nullable ThresholdBasis basis) {
        if (basis != null) {
            StringBuilder doubts = new StringBuilder();
            basis.doubts().forEach(doubt -> doubts.append("<p>%s.</p>".formatted(Html.escape(doubt))));
            section(
                    title,
                    "<p>The model&rsquo;s %s. As many other %s see these rates with 95&nbsp;%% confidence.</p>"
                                    .formatted(basis.line(), others)
                            + ReportTables.forecasts(basis)
                            + doubts);
        }
    }

    private static String threshold(VerificationEvaluation verification) {
        return verification.otherSet()
                ? "Accuracy is at the threshold that is best on the pairs of another set."
                : "Accuracy is at a threshold from other pairs: each half of the pairs is judged at the threshold that is best"
                        + " on the other half, with which it has no subject in common.";
    }

    private static void add(Map<String, ErrorRates> lines, Performance performance) {
        VerificationEvaluation verification = performance.verification();
        if (verification != null) {
            lines.put(performance.name(), verification.rates());
        }
    }

    private static String legend(List<String> names) {
        StringBuilder legend = new StringBuilder("<p class=\"legend\">");
        for (int i = 0; i < names.size(); i++) {
            legend.append("<span class=\"key s%d\"></span>%s".formatted(i, Html.escape(names.get(i))));
        }
        return legend.append("<small>dots: equal error rate</small></p>").toString();
    }

    private void oneShot() {
        OneShotEvaluation oneShot = evaluation.performance().oneShot();
        if (oneShot != null) {
            section(
                    "One-shot classification",
                    "<p>Accuracy of each run with its 95&nbsp;%% interval (Wilson).</p><div class=\"plot\">%s</div>"
                                    .formatted(RunPlot.of(oneShot))
                            + oneShot.jointAssignment().map(HtmlReport::joint).orElse(""));
        }
    }

    private static String joint(OneShotEvaluation joint) {
        return "<p>%s of %d by joint assignment: all probes of a run are seen at once, and each class is taken exactly once. That is another task, not to be compared with trials judged one by one.</p>"
                .formatted(Html.percent(joint.accuracy()), joint.trials());
    }

    private void identification() {
        if (!evaluation.identification().isEmpty()) {
            section(
                    "Open-set identification",
                    "<p>FPIR: searches by strangers that found somebody. FNIR: searches by those enrolled that found nobody or"
                            + " somebody else. At the thresholds of the model&rsquo;s own table, and FNIR where these very"
                            + " strangers are kept at the target.</p>"
                            + ReportTables.identification(evaluation.identification()));
        }
    }

    private void mistakes() {
        OneShotEvaluation oneShot = evaluation.performance().oneShot();
        VerificationEvaluation verification = evaluation.performance().verification();
        String pictures =
                (verification == null ? "" : Mistakes.of(verification)) + (oneShot == null ? "" : Mistakes.of(oneShot));
        if (!pictures.isEmpty()) {
            section("The worst mistakes", pictures);
        }
    }

    private void section(String title, String body) {
        html.append("<section><h2>%s</h2>%s</section>\n".formatted(title, body));
    }

    /** Returns what was measured, on what and how, so that it can be measured again. */
    private static String settings(Evaluation evaluation) {
        StringBuilder html = new StringBuilder("<dl>");
        facts(evaluation)
                .forEach((name, value) -> html.append("<dt>%s</dt><dd>%s</dd>".formatted(name, Html.escape(value))));
        return html.append("</dl>").toString();
    }

    private static Map<String, String> facts(Evaluation evaluation) {
        Map<String, String> facts = new LinkedHashMap<>();
        ModelFacts model = evaluation.model();
        facts.put("model", "%s %s, %s".formatted(model.name(), model.version(), model.architecture()));
        facts.put("precision", model.precision().name().toLowerCase(Locale.ROOT));
        facts.put("bytes", Long.toString(model.bytes()));
        facts.put("SHA-256", model.sha256());
        facts.put("trained on", model.dataFingerprint());
        facts.put("training seed", Long.toString(model.seed()));
        facts.put("views of a probe", Integer.toString(evaluation.plan().views()));
        facts.put("views of a reference", Integer.toString(model.enrolmentViews()));
        facts.put("one-shot runs", Integer.toString(evaluation.material().runs().size()));
        PairPlan pairs = evaluation.plan().pairs();
        addImages(facts, "pairs", evaluation.material().pairs(), pairs.seed());
        addImages(facts, "threshold pairs", evaluation.material().thresholdPairs(), pairs.seed());
        addImages(
                facts,
                "identification",
                evaluation.material().identify(),
                evaluation.plan().identification().seed());
        facts.put("impostors", pairs.acrossGroups() ? "from all groups" : "from one group each");
        facts.put(
                "share of strangers",
                Double.toString(evaluation.plan().identification().strangers()));
        return facts;
    }

    private static void addImages(Map<String, String> facts, String name, @Nullable HeldOutImages images, long seed) {
        if (images != null) {
            facts.put(
                    name,
                    "%d images, %d unreadable, seed %d, fingerprint %s"
                            .formatted(images.presented(), images.failures().size(), seed, images.fingerprint()));
        }
    }
}
