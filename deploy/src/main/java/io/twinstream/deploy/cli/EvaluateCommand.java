package io.twinstream.deploy.cli;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.OneShotRun;
import io.twinstream.trainer.evaluation.OneShotEvaluation;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.version.ShippedModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
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
        description = "Measures a model's errors on folders of images that it was not trained on.",
        footer = {
            "  twinstream evaluate --pairs validation/",
            "  twinstream evaluate --set verifier.model=my-model.zip --one-shot all_runs/ --json"
        })
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--pairs",
            paramLabel = "FOLDER",
            description = "Compare every pair of the images in FOLDER/CLASS/IMAGE or FOLDER/GROUP/CLASS/IMAGE.")
    private @Nullable Path pairs;

    @Option(
            names = "--one-shot",
            paramLabel = "FOLDER",
            description = "One-shot classification runs in the layout of Omniglot's all_runs.")
    private @Nullable Path oneShot;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (pairs == null && oneShot == null) {
            throw new ParameterException(
                    java.util.Objects.requireNonNull(spec, "spec").commandLine(),
                    "name a folder: --pairs or --one-shot");
        }
        Settings settings = options.settings();
        ModelPackage model = ShippedModel.read(settings.getString(VerifierSettings.MODEL));
        int channels = model.manifest().input().channels();
        Map<String, Object> measures = new LinkedHashMap<>();
        measures.put("model", model.manifest().name() + " " + model.manifest().version());
        if (pairs != null) {
            measures.putAll(
                    PairEvaluation.of(model, ImageSet.read(pairs, channels)).measures());
        }
        if (oneShot != null) {
            OneShotEvaluation result = OneShotEvaluation.of(model, OneShotRun.readAll(oneShot, channels));
            measures.put("oneShotAccuracy", result.accuracy());
            measures.put("oneShotTrials", result.trials());
        }
        print(measures);
        return ExitCodes.OK;
    }

    private void print(Map<String, Object> measures) {
        Output out = Output.of(spec);
        if (json) {
            out.json(measures);
        } else {
            measures.forEach((name, value) -> out.println("%-28s %s".formatted(name, value)));
        }
    }
}
