package io.twinstream.trainer.report;

import io.twinstream.trainer.evaluation.Evaluation;
import io.twinstream.trainer.evaluation.Evaluation.ModelFacts;
import io.twinstream.trainer.evaluation.HeldOutImages;
import io.twinstream.trainer.evaluation.PairPlan;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was measured, on what and how, so that it can be measured again. */
final class ReportSettings {
    private ReportSettings() {}

    static String of(Evaluation evaluation) {
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
        add(facts, "pairs", evaluation.material().pairs(), pairs.seed());
        add(facts, "threshold pairs", evaluation.material().thresholdPairs(), pairs.seed());
        add(
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

    private static void add(Map<String, String> facts, String name, @Nullable HeldOutImages images, long seed) {
        if (images != null) {
            facts.put(
                    name,
                    "%d images, %d unreadable, seed %d, fingerprint %s"
                            .formatted(images.presented(), images.failures().size(), seed, images.fingerprint()));
        }
    }
}
