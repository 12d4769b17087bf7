package io.twinstream.deploy.cli.judging;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.ReferenceRegionOptions;
import io.twinstream.deploy.cli.console.RegionOptions;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.deploy.verdict.VerdictText;
import io.twinstream.ingest.settings.SendSettings;
import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.match.Thresholds;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.settings.InferenceSettings;
import io.twinstream.verifier.trial.SelfTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
        footer = {
            "  twinstream verify passport.png gate.png --set verifier.target.fmr=0.0001",
            "  twinstream verify street.jpg passport.png --region 412,96,180,210 --set verifier.regions=all"
        })
public final class VerifyCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Parameters(index = "0", paramLabel = "A", description = "One image file.")
    private Path first = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "The other image file.")
    private Path second = Path.of("");

    @Mixin
    private RegionOptions regionOptions = new RegionOptions();

    @Mixin
    private ReferenceRegionOptions referenceRegionOptions = new ReferenceRegionOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    /**
     * What is said of one region of the first picture, or of the whole picture.
     *
     * @param region null where the whole picture is compared
     * @param cause why it can't be judged; null where there is a score
     */
    private record Compared(
            @Nullable Region region,
            @Nullable UndecidedCause cause,
            @Nullable Double score) {
        Outcome outcome(Thresholds.Threshold threshold) {
            return score == null ? Outcome.UNDECIDED : score >= threshold.score() ? Outcome.MATCH : Outcome.NON_MATCH;
        }
    }

    @Override
    public Integer call() throws IOException {
        Settings settings = options.settings();
        Optional<Region> region = regionOptions.read();
        Optional<Region> referenceRegion = referenceRegionOptions.read();
        try (ServingModel model = ServingModel.open(InferenceSettings.of(settings))) {
            SelfTest.run(model.manifest(), model.embedder());
            Embeddings embeddings = embed(settings, model, region, referenceRegion);
            UndecidedCause cause = embeddings.cause(0, 2);
            if (cause != null && model.domain().refuses(cause)) {
                printUndecided(model, embeddings, cause);
                return ExitCodes.UNDECIDED;
            }
            List<Compared> compared = compare(model, embeddings);
            double score = compared.stream()
                    .map(Compared::score)
                    .filter(Objects::nonNull)
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElseThrow();
            Thresholds.Threshold threshold = model.thresholds().verification();
            print(model, embeddings, compared, score, model.domain().marks(cause));
            return score >= threshold.score() ? ExitCodes.OK : ExitCodes.NEGATIVE;
        }
    }

    /** Embeds the regions of the first picture that the settings ask for, and the largest of the second. */
    private Embeddings embed(
            Settings settings, ServingModel model, Optional<Region> region, Optional<Region> referenceRegion)
            throws IOException {
        int channels = model.embedder().input().channels();
        ImageDecoder decoder = new ImageDecoder(
                SendSettings.of(settings, CommonSettings.of(settings)).images());
        EmbedBatch batch = model.embedder().newBatch(2, model.mostRegions(), new EmbedBatch.Buffers());
        Picture picture = picture(decoder, first, channels);
        if (region.isPresent()) {
            batch.add(picture, given(model, first, picture, region.get()));
        } else {
            batch.add(picture);
        }
        Picture reference = picture(decoder, second, channels);
        if (referenceRegion.isPresent()) {
            batch.add(reference, given(model, second, reference, referenceRegion.get()));
        } else {
            batch.addLargest(reference);
        }
        Embeddings embeddings = batch.runEach(Integer.MAX_VALUE, Long.MAX_VALUE);
        for (int image = 0; image < embeddings.size(); image++) {
            if (embeddings.isStuck(image)) {
                throw new CommandException(
                        ExitCodes.FAILURE, "the model stands still on %s".formatted(image == 0 ? first : second));
            }
        }
        return embeddings;
    }

    private static io.twinstream.verifier.locate.Region given(
            ServingModel model, Path file, Picture picture, Region region) {
        String fault = model.embedder().newCut().fault(picture, region);
        if (fault != null) {
            throw new CommandException(ExitCodes.USAGE, "%s: %s".formatted(file, fault));
        }
        return io.twinstream.verifier.locate.Region.of(region);
    }

    private static List<Compared> compare(ServingModel model, Embeddings embeddings) {
        List<float[]> probes = embeddings.all(0);
        float[] reference = Objects.requireNonNull(embeddings.get(1));
        List<io.twinstream.verifier.locate.Region> regions = embeddings.regions(0);
        List<Compared> compared = new ArrayList<>(probes.size());
        for (int i = 0; i < probes.size(); i++) {
            Region region = regions.isEmpty() ? null : regions.get(i).written();
            UndecidedCause cause = embeddings.causeOf(0, i);
            compared.add(
                    cause != null && model.domain().refuses(cause)
                            ? new Compared(region, cause, null)
                            : new Compared(region, null, model.matchFunction().score(probes.get(i), reference)));
        }
        return compared;
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

    private void print(
            ServingModel model, Embeddings embeddings, List<Compared> compared, double score, boolean outOfDomain) {
        Thresholds.Threshold threshold = model.thresholds().verification();
        String outcome = (score >= threshold.score() ? Outcome.MATCH : Outcome.NON_MATCH).name();
        Optional<Region> reference =
                embeddings.regions(1).stream().findFirst().map(io.twinstream.verifier.locate.Region::written);
        if (!json) {
            Output out = Output.of(spec);
            out.println("%s: score %.4f, threshold %.4f (false match rate %s%s, model %s %s)%s"
                    .formatted(
                            outcome,
                            score,
                            threshold.score(),
                            threshold.fmr(),
                            model.impostors() == Impostors.LOOK_ALIKES ? " among look-alikes" : "",
                            model.manifest().name(),
                            model.manifest().version(),
                            outOfDomain ? "; pictures of another kind than it was trained for" : ""));
            for (Compared each : compared) {
                if (each.region() != null) {
                    out.println("  %s %s: %s %s"
                            .formatted(
                                    ForeignText.value(first),
                                    VerdictText.box(each.region()),
                                    each.outcome(threshold),
                                    each.score() == null ? each.cause() : "%.4f".formatted(each.score())));
                }
            }
            reference.ifPresent(
                    region -> out.println("  %s %s".formatted(ForeignText.value(second), VerdictText.box(region))));
            return;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("outcome", outcome);
        fields.put("outOfDomain", outOfDomain);
        fields.put("score", score);
        addModel(fields, model, threshold);
        if (compared.stream().anyMatch(each -> each.region() != null)) {
            fields.put(
                    "regions",
                    compared.stream().map(each -> fields(each, threshold)).toList());
        }
        reference.ifPresent(region -> fields.put("referenceRegion", VerdictText.fields(region)));
        Output.of(spec).json(fields);
    }

    /** Returns what is said of a region, with the names that verdicts on the topic have. */
    private static Map<String, Object> fields(Compared compared, Thresholds.Threshold threshold) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("region", compared.region() == null ? null : VerdictText.fields(compared.region()));
        fields.put("outcome", compared.outcome(threshold).name());
        fields.put("cause", compared.cause() == null ? null : compared.cause().name());
        fields.put("score", compared.score());
        return fields;
    }

    private static void addModel(Map<String, Object> fields, ServingModel model, Thresholds.Threshold threshold) {
        fields.put("threshold", threshold.score());
        fields.put("targetFmr", threshold.fmr());
        fields.put("impostors", model.impostors().word());
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
