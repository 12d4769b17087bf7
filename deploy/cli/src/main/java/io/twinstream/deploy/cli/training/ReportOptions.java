package io.twinstream.deploy.cli.training;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.cli.console.ReportFile;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.evaluation.Evaluation;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationMaterial;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationPlan;
import io.twinstream.trainer.evaluation.HeldOutImages;
import io.twinstream.trainer.evaluation.IdentificationPlan;
import io.twinstream.trainer.evaluation.PairPlan;
import io.twinstream.trainer.evaluation.PairSample;
import io.twinstream.trainer.report.HtmlReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** These options say where a command writes its report on the images that set the thresholds. */
final class ReportOptions {
    private static final PairPlan PAIRS = new PairPlan(PairPlan.DEFAULT_COUNT, PairPlan.DEFAULT_SEED, false);

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write a report on the validation images as one HTML file; 'evaluate' writes one on others.")
    private @Nullable Path report;

    private @Nullable HeldOutImages images;

    /** Refuses a report that could not be written, before the work is done for nothing. */
    void require(Path validation, int channels) throws IOException {
        if (report != null) {
            ReportFile.requireWritable(report);
            images = HeldOutImages.read(DataSource.of(validation), channels);
            PairSample.draw(images, PAIRS);
        }
    }

    void write(ModelPackage model) throws IOException {
        if (report != null) {
            EvaluationMaterial material = new EvaluationMaterial(List.of(), requireNonNull(images), null, null);
            EvaluationPlan plan = new EvaluationPlan(
                    PAIRS,
                    new IdentificationPlan(IdentificationPlan.DEFAULT_STRANGERS, PairPlan.DEFAULT_SEED, List.of()),
                    1,
                    false);
            Files.writeString(report, HtmlReport.of(Evaluation.of(model, material, plan)));
        }
    }
}
