package io.twinstream.deploy.cli.training;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec.Kind;
import io.twinstream.schemas.modelpackage.LocatorSpec.TemplatePoint;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import io.twinstream.trainer.foreign.ForeignInput;
import io.twinstream.trainer.foreign.ImportOrder;
import io.twinstream.trainer.foreign.LocatorOrder;
import io.twinstream.trainer.foreign.ModelImport;
import io.twinstream.trainer.run.InputSize;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Makes a model package of an ONNX embedder that others trained. */
@Command(
        name = "import",
        description =
                "Makes a model package of an ONNX embedder that others trained. Golden vectors prove that it answers "
                        + "here as in its owner's own runtime; thresholds are measured on the validation images.",
        footer = {
            "  twinstream import faces.onnx --name faces --model-version 1 \\",
            "    --input 112x112x3 --order rgb --mean 127.5 --std 127.5 \\",
            "    --fit stretch --normalise l2 --validation people/ \\",
            "    --golden golden.jsonl --out faces-1.zip",
            "  With a detector before it, instead of --fit stretch:",
            "    --fit align --locator blazeface.onnx --locator-kind blazeface \\",
            "    --locator-input 128x128 --template 0=38.29:51.70,1=73.53:51.50 \\",
            "    --template 2=56.03:71.74,3=56.14:92.28"
        })
public final class ImportCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "MODEL.onnx", description = "The embedder; its external data may lie in its folder.")
    private Path model = Path.of("");

    @Option(names = "--name", required = true, description = "Name of the line of models.")
    private String name = "";

    @Option(
            names = "--model-version",
            required = true,
            paramLabel = "VERSION",
            description = "The model's version, unique within the name.")
    private String version = "";

    @Mixin
    private PreparationOptions preparation = new PreparationOptions();

    @Mixin
    private LocatorOptions locator = new LocatorOptions();

    @Option(
            names = "--output",
            paramLabel = "NAME",
            description =
                    "The output, or value inside, that is the embedding (default: the only one that is a vector).")
    private @Nullable String output;

    @Option(
            names = "--validation",
            required = true,
            paramLabel = "FOLDER",
            description =
                    "Images that the model was not trained on, CLASS/IMAGE or GROUP/CLASS/IMAGE in a folder or an "
                            + "archive, which thresholds are measured on.")
    private Path validation = Path.of("");

    @Option(
            names = "--golden",
            paramLabel = "FILE|FOLDER",
            description = "Pictures with their embeddings from the owner's own runtime: lines of "
                    + "{\"image\": \"a.png\", \"embedding\": [0.1, ...]}, or a folder with a.npy beside a.png.")
    private @Nullable Path golden;

    @Option(
            names = "--tolerance",
            paramLabel = "COSINE",
            defaultValue = "" + ImportOrder.DEFAULT_TOLERANCE,
            description = "Least cosine at which a golden vector agrees (default: ${DEFAULT-VALUE}).")
    private double tolerance;

    @Option(
            names = "--unproven",
            paramLabel = "REASON",
            description = "Import without golden vectors; the package keeps the reason.")
    private @Nullable String unproven;

    @Mixin
    private PackageOptions out = new PackageOptions();

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Option(names = "--json", description = "Print one JSON object: the model and its measures.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        ImportOrder order = new ImportOrder(
                model,
                name,
                version,
                preparation.input(output),
                validation,
                golden,
                tolerance,
                unproven,
                locator.order());
        out.requireWritable();
        report.require(validation, order.input().spec().channels());
        PrintWriter err = requireNonNull(spec, "spec").commandLine().getErr();
        byte[] archive = new ModelImport().run(order, line -> {
            err.println(line);
            err.flush();
        });
        out.write(archive);
        ModelPackage imported = PackageArchive.read(archive, out.file().toString());
        report.write(imported);
        out.print(Output.of(spec), json, imported.manifest());
        return ExitCodes.OK;
    }

    /** These options say how a picture becomes the model's input, and what its embeddings are. */
    static final class PreparationOptions {
        @Option(
                names = "--input",
                required = true,
                paramLabel = "WIDTHxHEIGHT[xCHANNELS]",
                converter = TrainCommand.InputConverter.class,
                description = "Pixels that the model takes, with 1 or 3 channels.")
        private @Nullable InputSize size;

        @Option(
                names = "--order",
                paramLabel = "rgb|bgr|gray",
                description = "Order of colours that the model takes (default: rgb, or gray for 1 channel).")
        private @Nullable ColourOrder order;

        @Option(
                names = "--mean",
                paramLabel = "NUMBER",
                split = ",",
                defaultValue = "0",
                description =
                        "What the model wants subtracted from samples of 0 to 255, for all channels or each in the "
                                + "model's order (default: ${DEFAULT-VALUE}).")
        private List<Double> mean = List.of();

        @Option(
                names = "--std",
                paramLabel = "NUMBER",
                split = ",",
                defaultValue = "255",
                description = "What it wants them divided by then (default: ${DEFAULT-VALUE}, for values of 0 to 1).")
        private List<Double> std = List.of();

        @Option(
                names = "--layout",
                paramLabel = "nchw|nhwc",
                defaultValue = "nchw",
                description = "Whether channels come first or last in the input (default: ${DEFAULT-VALUE}).")
        private ForeignInput.Layout layout = ForeignInput.Layout.NCHW;

        @Option(
                names = "--fit",
                paramLabel = "stretch|letterbox|crop|align",
                defaultValue = "stretch",
                description =
                        "How a picture of other proportions is brought to the input's size; align needs a locator "
                                + "(default: ${DEFAULT-VALUE}).")
        private Fit fit = Fit.STRETCH;

        @Option(
                names = "--fill",
                paramLabel = "0..255",
                defaultValue = "0",
                description = "Sample around a picture that is letterboxed (default: ${DEFAULT-VALUE}).")
        private int fill;

        @Option(
                names = "--resampling",
                paramLabel = "area|bilinear|triangle",
                defaultValue = "area",
                description =
                        "How shrinking computes pixels: as OpenCV's INTER_AREA or INTER_LINEAR, or Pillow's BILINEAR "
                                + "(default: ${DEFAULT-VALUE}).")
        private Resampling resampling = Resampling.AREA;

        @Option(
                names = "--normalise",
                paramLabel = "l2|none",
                defaultValue = "l2",
                description = "Whether embeddings are brought to length 1 (default: ${DEFAULT-VALUE}).")
        private Normalisation normalise = Normalisation.L2;

        ForeignInput input(@Nullable String output) {
            InputSize pixels = requireNonNull(size, "size");
            int channels = pixels.channels();
            ColourOrder chosen = order == null ? channels == 3 ? ColourOrder.RGB : ColourOrder.GRAY : order;
            if (chosen.channels() != channels) {
                throw new CommandException(
                        ExitCodes.USAGE,
                        "--order %s is of %d channels and --input has %d: give --input %dx%dx%d, or another order"
                                .formatted(
                                        chosen.word(),
                                        chosen.channels(),
                                        channels,
                                        pixels.width(),
                                        pixels.height(),
                                        chosen.channels()));
            }
            Preparation preparation = new Preparation(
                    fit,
                    fill,
                    resampling,
                    chosen,
                    each("--mean", mean, channels),
                    each("--std", std, channels),
                    normalise);
            return new ForeignInput(
                    new InputSpec(pixels.width(), pixels.height(), channels, false, preparation), layout, output);
        }

        private static List<Double> each(String option, List<Double> values, int channels) {
            if (values.size() != 1 && values.size() != channels) {
                throw new CommandException(
                        ExitCodes.USAGE,
                        "%s has %d numbers and the input %d channels: give one number, or one a channel"
                                .formatted(option, values.size(), channels));
            }
            return values.size() == 1 ? Collections.nCopies(channels, values.get(0)) : values;
        }
    }

    /** These options say which detector finds what the embedder is to see. */
    static final class LocatorOptions {
        private static final Pattern POINT = Pattern.compile("(\\d{1,3})=(-?\\d+(?:\\.\\d+)?):(-?\\d+(?:\\.\\d+)?)");
        private static final double MIDDLE = 127.5;
        private static final double LEAST_SCORE = 0.5;

        @Option(
                names = "--locator",
                paramLabel = "DETECTOR.onnx",
                description = "Detector that finds what the model is to see (default: it sees whole pictures).")
        private @Nullable Path file;

        @Option(
                names = "--locator-kind",
                paramLabel = "blazeface|yunet|scrfd|boxes",
                description = "What the detector's outputs mean; boxes is for one that gives boxes and scores itself.")
        private @Nullable Kind kind;

        @Option(
                names = "--locator-input",
                paramLabel = "WIDTHxHEIGHT",
                converter = LocatorInputConverter.class,
                description = "Pixels that the detector takes.")
        private @Nullable InputSize size;

        @Option(
                names = "--locator-order",
                paramLabel = "rgb|bgr",
                description = "Order of colours that it takes (default: rgb, of yunet bgr).")
        private @Nullable ColourOrder order;

        @Option(
                names = "--locator-mean",
                paramLabel = "NUMBER",
                split = ",",
                description = "What it wants subtracted from samples of 0 to 255 "
                        + "(default: 127.5 of blazeface and scrfd, else 0).")
        private List<Double> mean = List.of();

        @Option(
                names = "--locator-std",
                paramLabel = "NUMBER",
                split = ",",
                description = "What it wants them divided by then "
                        + "(default: 127.5 of blazeface, 128 of scrfd, 1 of yunet, else 255).")
        private List<Double> std = List.of();

        @Option(
                names = "--locator-fit",
                paramLabel = "stretch|letterbox",
                defaultValue = "letterbox",
                description = "How a picture is brought to the detector's size (default: ${DEFAULT-VALUE}).")
        private Fit fit = Fit.LETTERBOX;

        @Option(
                names = "--least-score",
                paramLabel = "SHARE",
                description = "Score of the detector below which nothing counts as found (default: 0.5).")
        private @Nullable Double leastScore;

        @Option(
                names = "--template",
                paramLabel = "POINT=X:Y",
                split = ",",
                description =
                        "Where the detector's key points, by number, are laid in the model's input, for --fit align.")
        private List<String> template = List.of();

        @Option(
                names = "--close-up",
                paramLabel = "FACTOR",
                description =
                        "Locate each find once more, in a square of so many times its box: points get more exact, "
                                + "and what isn't found again is none (default: once).")
        private @Nullable Double closeUp;

        @Nullable
        LocatorOrder order() {
            if (file == null) {
                if (kind != null
                        || size != null
                        || order != null
                        || leastScore != null
                        || closeUp != null
                        || !template.isEmpty()
                        || !mean.isEmpty()
                        || !std.isEmpty()) {
                    throw new CommandException(
                            ExitCodes.USAGE, "options of a locator stand without one: give --locator DETECTOR.onnx");
                }
                return null;
            }
            Kind of = kind;
            InputSize pixels = size;
            if (of == null || pixels == null) {
                throw new CommandException(
                        ExitCodes.USAGE,
                        "--locator needs --locator-kind and --locator-input, such as blazeface and 128x128");
            }
            ColourOrder colours = order == null ? of == Kind.YUNET ? ColourOrder.BGR : ColourOrder.RGB : order;
            double middle = of == Kind.BLAZEFACE || of == Kind.SCRFD ? MIDDLE : 0;
            double unit = switch (of) {
                case BLAZEFACE -> MIDDLE;
                case SCRFD -> 128;
                case YUNET -> 1;
                case BOXES -> 255;
            };
            return new LocatorOrder(
                    file,
                    new LocatorSpec(
                            of,
                            pixels.width(),
                            pixels.height(),
                            fit,
                            leastScore == null ? LEAST_SCORE : leastScore,
                            template.stream().map(LocatorOptions::point).toList(),
                            closeUp),
                    colours,
                    PreparationOptions.each("--locator-mean", mean.isEmpty() ? List.of(middle) : mean, 3),
                    PreparationOptions.each("--locator-std", std.isEmpty() ? List.of(unit) : std, 3));
        }

        /** Reads the size of a detector's input, which has three colours always. */
        static final class LocatorInputConverter implements ITypeConverter<InputSize> {
            private static final Pattern SIZE = Pattern.compile("(\\d{1,4})x(\\d{1,4})(?:x3)?");

            @Override
            public InputSize convert(String value) {
                Matcher matcher = SIZE.matcher(value);
                if (!matcher.matches()) {
                    throw new TypeConversionException(
                            "'%s' must be WIDTHxHEIGHT, like 128x128: a locator takes three colours".formatted(value));
                }
                return new InputSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), 3);
            }
        }

        private static TemplatePoint point(String text) {
            Matcher matcher = POINT.matcher(text.strip());
            if (!matcher.matches()) {
                throw new CommandException(
                        ExitCodes.USAGE,
                        "--template has '%s' where a point is written POINT=X:Y, such as 0=38.29:51.70"
                                .formatted(text));
            }
            return new TemplatePoint(
                    Integer.parseInt(matcher.group(1)),
                    Double.parseDouble(matcher.group(2)),
                    Double.parseDouble(matcher.group(3)));
        }
    }
}
