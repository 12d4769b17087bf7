package io.twinstream.trainer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.OneShotRun;
import io.twinstream.trainer.evaluation.Evaluation;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationMaterial;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationPlan;
import io.twinstream.trainer.evaluation.HeldOutImages;
import io.twinstream.trainer.evaluation.IdentificationPlan;
import io.twinstream.trainer.evaluation.PairPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
    private static final EvaluationPlan PLAN =
            new EvaluationPlan(new PairPlan(80, 1, false), new IdentificationPlan(0.5, 1, List.of(0.05)), 1, true);

    private static Evaluation evaluation;

    @BeforeAll
    static void evaluate(@TempDir Path folder) throws IOException {
        Drawings.write(folder, "<b>&\"'", 2, 4, 4);
        HeldOutImages images = HeldOutImages.read(DataSource.of(folder), 1);
        List<Picture> pictures = ImageSet.read(folder, 1).classes().stream()
                .map(each -> each.images().get(0).picture())
                .toList();
        List<Picture> classes = pictures.subList(0, 2);
        OneShotRun wrong = new OneShotRun("run<i>", classes, classes, List.of(1, 0));
        evaluation = Evaluation.of(
                ShippedModel.read(""), new EvaluationMaterial(List.of(wrong), images, null, images), PLAN);
    }

    @Test
    void thePageFetchesNothingAndRunsNothing() {
        String page = HtmlReport.of(evaluation);

        assertFalse(page.contains("http:") || page.contains("https:") || page.contains("url("));
        assertFalse(page.contains("<script") || page.contains("<link"));
        assertFalse(Pattern.compile("src=\"(?!data:)").matcher(page).find());
    }

    @Test
    void namesAreEscaped() {
        String page = HtmlReport.of(evaluation);

        assertTrue(page.contains("&lt;b&gt;&amp;&quot;&#39;group"));
        assertTrue(page.contains("run&lt;i&gt;"));
        assertFalse(page.contains("<b>") || page.contains("<i>"));
    }

    @Test
    void itShowsCurvesHistogramsMistakesAndSettings() {
        String page = HtmlReport.of(evaluation);

        assertTrue(page.contains("aria-label=\"DET curves\""));
        assertTrue(page.contains("aria-label=\"score histograms\""));
        assertTrue(page.contains("One-shot errors") && page.contains("run&lt;i&gt;, test 2"));
        assertTrue(page.contains(evaluation.model().sha256()));
        assertFalse(page.contains("published"), "published figures are of other images");
        assertTrue(page.contains("needs 300000 impostor pairs, had 40"));
        assertFalse(page.contains("NaN") || page.contains("Infinity"));
    }

    @Test
    void theSameEvaluationGivesTheSameBytes() {
        assertEquals(HtmlReport.of(evaluation), HtmlReport.of(evaluation));
    }

    @Test
    void fieldsNestAsProgramsReadThem() {
        Map<String, Object> fields = EvaluationFields.of(evaluation);

        assertEquals("compact", at(fields, "model", "name"));
        assertEquals(1, fields.get("views"));
        assertEquals(2, at(fields, "oneShot", "trials"));
        assertEquals(0, at(fields, "oneShot", "correct"));
        assertEquals(80, at(fields, "verification", "pairs"));
        assertEquals(null, at(fields, "verification", "fnmrAtFmr", "0.0001"));
        assertEquals(0.0, fields.get("failureToAcquire"));
        assertEquals(80, at(fields, "baselines", "hausdorff", "verification", "pairs"));
        assertEquals(300_000L, at(fields, "verification", "impostorPairsNeeded", "0.0001"));
        assertEquals(Set.of("pixels", "hausdorff"), ((Map<?, ?>) fields.get("baselines")).keySet());
        assertEquals(4, ((Map<?, ?>) ((List<?>) fields.get("identification")).get(0)).get("gallerySize"));
    }

    private static Object at(Object fields, String... path) {
        Object value = fields;
        for (String name : path) {
            value = ((Map<?, ?>) value).get(name);
        }
        return value;
    }
}
