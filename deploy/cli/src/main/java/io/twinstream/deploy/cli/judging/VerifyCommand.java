package io.twinstream.deploy.cli.judging;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.ingest.settings.SendSettings;
import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.match.Thresholds;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.settings.InferenceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares two image files without Kafka. */
@Command(
        name = "verify",
        description = "Says whether two image files show the same thing, with score, threshold and verdict. It needs no"
                + " Kafka.",
        exitCodeList = {
            "0:match",
            "1:failed; the line on standard error says why",
            "2:wrong options, arguments or settings; nothing was done",
            "3:non-match",
            "5:undecided: an image is blank, shows nothing that the model looks for, or is of another kind than the"
                    + " model was trained for (see verifier.domain)"
        },
        footer = "  twinstream verify passport.png gate.png --set verifier.target.fmr=0.0001")
public final class VerifyCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Parameters(index = "0", paramLabel = "A", description = "One image file.")
    private Path first = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "The other image file.")
    private Path second = Path.of("");

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Settings settings = options.settings();
        try (ServingModel model = ServingModel.open(InferenceSettings.of(settings))) {
            int channels = model.embedder().input().channels();
            ImageDecoder decoder = new ImageDecoder(
                    SendSettings.of(settings, CommonSettings.of(settings)).images());
            Embeddings embeddings = model.embedder()
                    .checkAll(List.of(picture(decoder, first, channels), picture(decoder, second, channels)));
            UndecidedCause cause = embeddings.cause(0, 2);
            if (cause != null && model.domain().refuses(cause)) {
                printUndecided(model, embeddings, cause);
                return ExitCodes.UNDECIDED;
            }
            double score = model.matchFunction()
                    .score(Objects.requireNonNull(embeddings.get(0)), Objects.requireNonNull(embeddings.get(1)));
            Thresholds.Threshold threshold = model.thresholds().verification();
            print(model, score, threshold, model.domain().marks(cause));
            return score >= threshold.score() ? ExitCodes.OK : ExitCodes.NEGATIVE;
        }
    }

    private void printUndecided(ServingModel model, Embeddings embeddings, UndecidedCause cause) {
        List<Path> files = List.of(first, second);
        String which = IntStream.range(0, files.size())
                .filter(image -> embeddings.cause(image) == cause)
                .mapToObj(image -> ForeignText.value(files.get(image)))
                .collect(Collectors.joining(", "));
        if (!json) {
            Output.of(spec).println("UNDECIDED: %s: %s: %s".formatted(cause, which, why(model, embeddings, cause)));
            return;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("outcome", "UNDECIDED");
        fields.put("reason", cause.name());
        fields.put("message", which + ": " + why(model, embeddings, cause));
        fields.put("outOfDomain", model.domain().marks(cause));
        fields.put("score", null);
        addModel(fields, model, model.thresholds().verification());
        Output.of(spec).json(fields);
    }

    private static String why(ServingModel model, Embeddings embeddings, UndecidedCause cause) {
        if (cause == UndecidedCause.BLANK) {
            return "a picture without contrast";
        }
        if (cause == UndecidedCause.NOTHING_FOUND) {
            return "%s/%s finds nothing in it that could be matched"
                    .formatted(model.manifest().name(), model.manifest().version());
        }
        long out = IntStream.range(0, embeddings.size())
                .filter(image -> embeddings.cause(image) == cause)
                .count();
        return DomainRule.advice(
                out,
                embeddings.size(),
                "pictures",
                model.manifest().name() + "/" + model.manifest().version());
    }

    private void print(ServingModel model, double score, Thresholds.Threshold threshold, boolean outOfDomain) {
        boolean match = score >= threshold.score();
        if (!json) {
            Output.of(spec)
                    .println("%s: score %.4f, threshold %.4f (false match rate %s, model %s %s)%s"
                            .formatted(
                                    match ? "MATCH" : "NON_MATCH",
                                    score,
                                    threshold.score(),
                                    threshold.fmr(),
                                    model.manifest().name(),
                                    model.manifest().version(),
                                    outOfDomain ? "; pictures of another kind than it was trained for" : ""));
            return;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("outcome", match ? "MATCH" : "NON_MATCH");
        fields.put("outOfDomain", outOfDomain);
        fields.put("score", score);
        addModel(fields, model, threshold);
        Output.of(spec).json(fields);
    }

    private static void addModel(Map<String, Object> fields, ServingModel model, Thresholds.Threshold threshold) {
        fields.put("threshold", threshold.score());
        fields.put("targetFmr", threshold.fmr());
        fields.put("modelName", model.manifest().name());
        fields.put("modelVersion", model.manifest().version());
        fields.put("modelSha256", model.sha256());
    }

    private static Picture picture(ImageDecoder decoder, Path file, int channels) throws IOException {
        // The limit is read from the size, so that a huge file isn't taken into memory to be refused.
        long bytes = Files.size(file);
        if (bytes > ImageLimits.DEFAULT.maxBytes()) {
            throw new CommandException(
                    ExitCodes.FAILURE,
                    "%s: the image has %d bytes, at most %d are taken"
                            .formatted(file, bytes, ImageLimits.DEFAULT.maxBytes()));
        }
        Decoded decoded = decoder.decode(Files.readAllBytes(file), channels);
        if (decoded instanceof Undecodable fault) {
            throw new CommandException(ExitCodes.FAILURE, "%s: %s".formatted(file, fault.reason()));
        }
        return (Picture) decoded;
    }
}
