package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.ReportFile;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.Precision;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.OneShotRun;
import io.twinstream.trainer.evaluation.Evaluation;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationMaterial;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationPlan;
import io.twinstream.trainer.evaluation.HeldOutImages;
import io.twinstream.trainer.evaluation.IdentificationPlan;
import io.twinstream.trainer.evaluation.PairPlan;
import io.twinstream.trainer.report.EvaluationFields;
import io.twinstream.trainer.report.HtmlReport;
import io.twinstream.verifier.settings.InferenceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures a model on images that it has not been trained on. */
@Command(
        name = "evaluate",
        description =
                "Measures a model's errors on folders of images that it was not trained on, beside two baselines.",
        footer = {
            "  twinstream evaluate --pairs validation/",
            "  twinstream evaluate --model my-model.zip --runs all_runs/ --pairs validation/ --identify validation/ \\",
            "    --report report.html --json"
        })
public final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--model",
            paramLabel = "PACKAGE",
            description = "A model package file, or the name of a shipped model; short for --set verifier.model=...")
    private @Nullable String model;

    @Option(
            names = "--precision",
            paramLabel = "P",
            defaultValue = "fp32",
            description = "The embedder of the package that is measured: fp32 or int8 (default: ${DEFAULT-VALUE}).")
    private Precision precision = Precision.FP32;

    @Option(
            names = "--runs",
            paramLabel = "FOLDER",
            description = "Measure one-shot classification on runs in the layout of Omniglot's all_runs.")
    private @Nullable Path runs;

    @Option(
            names = "--pairs",
            paramLabel = "FOLDER",
            description =
                    "Measure verification on pairs drawn from FOLDER/CLASS/IMAGE or FOLDER/GROUP/CLASS/IMAGE: half of them genuine, "
                            + "with as many from each group.")
    private @Nullable Path pairs;

    @Option(
            names = "--pair-count",
            paramLabel = "N",
            defaultValue = "" + PairPlan.DEFAULT_COUNT,
            description = "Pairs to draw (default: ${DEFAULT-VALUE}).")
    private int pairCount;

    @Option(
            names = "--across-groups",
            description = "Draw impostor pairs from all groups; without it both images of a pair are of one group, the "
                    + "harder case.")
    private boolean acrossGroups;

    @Option(
            names = "--threshold-pairs",
            paramLabel = "FOLDER",
            description = "Other classes, whose pairs set the threshold of the accuracy; without it each half of the "
                    + "classes sets it for the other half.")
    private @Nullable Path thresholdPairs;

    @Option(
            names = "--identify",
            paramLabel = "FOLDER",
            description =
                    "Measure open-set identification in galleries of 10, 20, 50, 100 ... of the folder's classes.")
    private @Nullable Path identify;

    @Option(
            names = "--strangers",
            paramLabel = "SHARE",
            defaultValue = "" + IdentificationPlan.DEFAULT_STRANGERS,
            description = "Share of the classes that are not enrolled (default: ${DEFAULT-VALUE}).")
    private double strangers;

    @Option(
            names = "--target-fpir",
            paramLabel = "RATE",
            split = ",",
            defaultValue = "0.01,0.05,0.1",
            description = "False-positive identification rates to decide at (default: ${DEFAULT-VALUE}).")
    private List<Double> targetFpirs = List.of();

    @Option(
            names = "--views",
            paramLabel = "K",
            defaultValue = "1",
            description =
                    "Average a probe's score over K small distortions, 1 to 9 (default: ${DEFAULT-VALUE}, how the "
                            + "verifier serves).")
    private int views;

    @Option(
            names = "--seed",
            defaultValue = "" + PairPlan.DEFAULT_SEED,
            description = "Seed of pairs and strangers (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a report as one HTML file.")
    private @Nullable Path report;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (runs == null && pairs == null && identify == null) {
            throw new ParameterException(
                    Objects.requireNonNull(spec, "spec").commandLine(), "name a folder: --runs, --pairs or --identify");
        }
        if (report != null) {
            ReportFile.requireWritable(report);
        }
        InferenceSettings settings = options.read(InferenceSettings::of);
        EvaluationPlan plan = new EvaluationPlan(
                new PairPlan(pairCount, seed, acrossGroups),
                new IdentificationPlan(strangers, seed, targetFpirs),
                views,
                true);
        ModelPackage measured = read(model == null ? settings.model() : model);
        Evaluation evaluation =
                Evaluation.of(measured, material(measured.manifest().input().channels()), plan);
        if (report != null) {
            Files.writeString(report, HtmlReport.of(evaluation));
        }
        Output out = Output.of(spec);
        if (json) {
            out.json(EvaluationFields.of(evaluation));
        } else {
            EvaluationLines.of(evaluation).forEach(out::println);
        }
        return ExitCodes.OK;
    }

    private ModelPackage read(String named) throws IOException {
        ModelPackage read = ShippedModel.read(named);
        if (precision == Precision.INT8 && !read.hasInt8()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec, "spec").commandLine(),
                    "the package holds no int8 embedder: 'twinstream quantize' adds one");
        }
        return read.at(precision);
    }

    private EvaluationMaterial material(int channels) throws IOException {
        return new EvaluationMaterial(
                runs == null ? List.of() : OneShotRun.readAll(runs, channels),
                read(pairs, channels),
                read(thresholdPairs, channels),
                read(identify, channels));
    }

    private static @Nullable HeldOutImages read(@Nullable Path folder, int channels) throws IOException {
        return folder == null ? null : HeldOutImages.read(DataSource.of(folder), channels);
    }
}
