package io.twinstream.trainer.foreign;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.Imported;
import io.twinstream.schemas.modelpackage.InputDomain;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec.TemplatePoint;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.L1Calibration;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.trainer.export.DomainStatistics;
import io.twinstream.trainer.export.MatcherGraph;
import io.twinstream.trainer.export.ModelExport;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.locate.Region;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Makes the model package of a foreign model. It reads and rewrites the model, reads the golden vectors and the validation images,
 * proves the model by the vectors with the verifier's code, checks that its numbers depend on the picture
 * alone, calibrates and measures it on the images, and packs what came out. A locator is rewritten first, and then finds what of
 * each image counts.
 * Nothing is written: the package goes to the caller once all of that has gone well.
 */
public final class ModelImport {
    /** What stands in the manifest where a trained network's architecture would. */
    static final String ARCHITECTURE = "imported";

    private static final int SOUND_IMAGES = 8;

    /** A manifest must fit into a record on Kafka, with all its golden pictures. */
    private static final int MOST_GOLDEN_BYTES = 64 << 10;

    private final Clock clock;

    public ModelImport() {
        this(Clock.systemUTC());
    }

    ModelImport(Clock clock) {
        this.clock = clock;
    }

    /**
     * Imports a model.
     *
     * @param lines gets what has been found out, a line each
     * @return the model package as a zip file, which {@code PackageArchive.read} accepts
     * @throws ImportException if the model or its golden vectors can't be taken, or disagree
     * @throws DatasetException if the validation images can't be used
     */
    public byte[] run(ImportOrder order, Consumer<String> lines) throws IOException {
        ForeignInput asked = order.input();
        InputSpec spec = asked.spec();
        ForeignModel model = ForeignModel.read(order.model());
        ForeignEmbedder embedder = ForeignEmbedder.of(model, asked);
        lines.accept("%s: embeddings of %d numbers from output %s, opset %d; %s"
                .formatted(
                        model.file(),
                        embedder.output().length(),
                        embedder.output().name(),
                        model.opset(),
                        embedder.form().words()));
        Path vectors = order.golden();
        List<GoldenPicture> golden = vectors == null
                ? List.of()
                : GoldenFile.read(vectors, spec.channels(), embedder.output().length());
        ImageSet validation = ImageSet.read(order.validation(), spec.channels());
        PairEvaluation.requireEnough(validation);
        byte[] locator = order.locator() == null ? null : order.locator().graph();
        ModelPackage bare = draft(order, model, embedder, null);
        Imported imported = proven(order, model, embedder, bare, golden, lines);
        requireSound(model, bare, ModelExport.spread(validation, SOUND_IMAGES));
        ModelPackage draft = locator == null ? bare : draft(order, model, embedder, locator);
        List<DecodedImage> all = validation.classes().stream()
                .flatMap(each -> each.images().stream())
                .toList();
        List<DecodedImage> shown = locator == null ? all : found(order, draft, all, lines);
        lines.accept("calibrating on %d images of %d classes"
                .formatted(validation.imageCount(), validation.classes().size()));
        L1Calibration calibration = L1Calibration.of(draft, validation);
        return write(
                order,
                embedder,
                locator,
                imported,
                calibration.weights(),
                calibration.bias(),
                calibration.evaluation(),
                golden(draft, locator == null ? golden : List.of(), shown),
                DomainStatistics.of(
                        draft, shown.stream().map(DecodedImage::picture).toList()),
                new TrainingRecord(
                        clock.instant().toString(),
                        validation.fingerprint(),
                        0,
                        settings(order, embedder, calibration)));
    }

    /** Returns the validation images in which the locator finds something, and says how many those are. */
    private static List<DecodedImage> found(
            ImportOrder order, ModelPackage draft, List<DecodedImage> images, Consumer<String> lines)
            throws ImportException {
        List<DecodedImage> found = new ArrayList<>();
        try (Embedder embedder = Embedder.open(draft, ProviderChoice.CPU)) {
            Embeddings all =
                    embedder.checkAll(images.stream().map(DecodedImage::picture).toList());
            for (int i = 0; i < images.size(); i++) {
                if (!all.all(i).isEmpty()) {
                    requireTemplatePoints(draft, all.regions(i).get(0));
                    found.add(images.get(i));
                }
            }
        }
        lines.accept(
                "the locator finds something in %d of %d validation images".formatted(found.size(), images.size()));
        if (2 * found.size() < images.size()) {
            throw new ImportException(
                    "the locator finds something in %d of %d validation images: look whether its kind, order, mean and std are right, or give a lower --least-score than %s"
                            .formatted(
                                    found.size(),
                                    images.size(),
                                    requireNonNull(order.locator()).spec().leastScore()));
        }
        return found;
    }

    /** A graph of its own kind says only by its finds how many key points there are. */
    private static void requireTemplatePoints(ModelPackage draft, Region find) throws ImportException {
        for (TemplatePoint each : requireNonNull(draft.manifest().locator()).template()) {
            if (each.point() >= find.points().size()) {
                throw new ImportException("the locator's finds have %d key points, the template names point %d"
                        .formatted(find.points().size(), each.point()));
            }
        }
    }

    private static void requireSound(ForeignModel model, ModelPackage draft, List<DecodedImage> images)
            throws ImportException {
        try (Embedder embedder = Embedder.open(draft, ProviderChoice.CPU)) {
            List<Picture> pictures = images.stream().map(DecodedImage::picture).toList();
            float[][] alone = new float[pictures.size()][];
            for (int i = 0; i < alone.length; i++) {
                alone[i] = embedder.embedAll(List.of(pictures.get(i)))[0];
            }
            ForeignEmbedder.requireSound(model, embedder.embedAll(pictures), alone);
        }
    }

    /** @param locator the rewritten locator; null for a draft that sees whole pictures, which are fitted as golden ones are */
    private static ModelPackage draft(
            ImportOrder order, ForeignModel model, ForeignEmbedder embedder, byte @Nullable [] locator)
            throws IOException {
        float[] weights = new float[embedder.output().length()];
        Arrays.fill(weights, -1);
        byte[] draft = write(
                order,
                embedder,
                locator,
                new Imported(model.file(), model.sha256(), 0, 1, "a draft"),
                weights,
                0,
                ModelExport.NOT_MEASURED,
                List.of(),
                null,
                new TrainingRecord("", "", 0, Map.of()));
        return PackageArchive.read(draft, "the draft of the package");
    }

    private static Imported proven(
            ImportOrder order,
            ForeignModel model,
            ForeignEmbedder embedder,
            ModelPackage draft,
            List<GoldenPicture> golden,
            Consumer<String> lines)
            throws ImportException {
        if (golden.isEmpty()) {
            lines.accept("unproven: " + order.unproven());
            return new Imported(model.file(), model.sha256(), 0, 1, order.unproven());
        }
        if (order.locator() != null) {
            requireInputs(golden, order.input().spec());
        }
        GoldenProof proof = GoldenProof.of(draft, golden);
        if (!proof.agrees(order.tolerance())) {
            String wrong = proof.leastCosine() < order.tolerance()
                    ? "golden vectors disagree, %s with a cosine of %.5f where %s is needed"
                            .formatted(proof.worst(), proof.leastCosine(), order.tolerance())
                    : "golden vectors agree in direction but not in length, which is off by up to %.1f %%"
                            .formatted(100 * proof.largestLengthDifference());
            throw new ImportException("%s: %s"
                    .formatted(
                            wrong,
                            new PreparationSearch(model, embedder, order.proved(), golden, order.tolerance())
                                    .advice()));
        }
        lines.accept("all %d golden vectors agree, least cosine %.6f".formatted(proof.vectors(), proof.leastCosine()));
        if (order.locator() == null) {
            GoldenProof.gaps(golden, order.input().spec()).forEach(lines);
        }
        return new Imported(model.file(), model.sha256(), proof.vectors(), proof.leastCosine(), null);
    }

    private static byte[] write(
            ImportOrder order,
            ForeignEmbedder embedder,
            byte @Nullable [] locator,
            Imported imported,
            float[] weights,
            float bias,
            PairEvaluation evaluation,
            List<GoldenVector> golden,
            @Nullable InputDomain domain,
            TrainingRecord record)
            throws IOException {
        Manifest manifest = new Manifest(
                Manifest.FORMAT_OF_IMPORTED,
                order.name(),
                order.version(),
                null,
                ARCHITECTURE,
                (locator == null ? order.proved() : order.input()).spec(),
                embedder.output().length(),
                1,
                List.of(),
                evaluation.fmrTable(),
                evaluation.histograms(),
                evaluation.measures(),
                golden,
                record,
                null,
                domain,
                imported,
                locator == null ? null : requireNonNull(order.locator()).spec());
        return PackageArchive.write(manifest, embedder.graph(), MatcherGraph.of(weights, bias), locator);
    }

    /** Golden pictures of a model with a locator show what their owner's locator found, as the embedder sees it. */
    private static void requireInputs(List<GoldenPicture> golden, InputSpec input) throws ImportException {
        for (GoldenPicture each : golden) {
            if (each.picture().width() != input.width() || each.picture().height() != input.height()) {
                throw new ImportException(
                        "%s has %d x %d pixels: golden pictures of a model with a locator are what the embedder sees, located and laid out by their owner, %d x %d pixels"
                                .formatted(
                                        each.name(),
                                        each.picture().width(),
                                        each.picture().height(),
                                        input.width(),
                                        input.height()));
            }
        }
    }

    /** Returns golden pictures, or validation images where there are none, with the embeddings that are computed here. */
    private static List<GoldenVector> golden(
            ModelPackage draft, List<GoldenPicture> golden, List<DecodedImage> validation) throws IOException {
        List<DecodedImage> images = new ArrayList<>();
        for (GoldenPicture each : golden.subList(0, Math.min(ModelExport.GOLDEN_IMAGES, golden.size()))) {
            images.add(new DecodedImage(each.name(), each.encoded(), each.picture()));
        }
        if (images.isEmpty()) {
            int step = Math.max(1, validation.size() / ModelExport.GOLDEN_IMAGES);
            for (int i = 0; i < validation.size() && images.size() < ModelExport.GOLDEN_IMAGES; i += step) {
                images.add(validation.get(i));
            }
        }
        List<DecodedImage> small = new ArrayList<>();
        for (DecodedImage image : images) {
            small.add(
                    image.encoded().length <= MOST_GOLDEN_BYTES
                            ? image
                            : reduced(image, draft.manifest().input()));
        }
        return ModelExport.golden(draft, small);
    }

    /** Returns an image of the input's size: a golden vector of a version tells that it computes the same everywhere. */
    private static DecodedImage reduced(DecodedImage image, InputSpec input) throws IOException {
        Picture picture = image.picture();
        int channels = picture.channels();
        int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
        BufferedImage whole = new BufferedImage(picture.width(), picture.height(), type);
        whole.getRaster().setPixels(0, 0, picture.width(), picture.height(), samples(picture));
        BufferedImage small = new BufferedImage(input.width(), input.height(), type);
        Graphics2D pen = small.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        pen.drawImage(whole, 0, 0, input.width(), input.height(), null);
        pen.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(small, "png", png);
        int[] pixels = small.getRaster().getPixels(0, 0, input.width(), input.height(), (int[]) null);
        byte[] reduced = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            reduced[i] = (byte) pixels[i];
        }
        return new DecodedImage(
                image.name(), png.toByteArray(), new Picture(input.width(), input.height(), channels, reduced));
    }

    private static int[] samples(Picture picture) {
        int[] samples = new int[picture.samples().length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = picture.samples()[i] & 255;
        }
        return samples;
    }

    /** Records what was asked for and what was found. */
    private static Map<String, String> settings(
            ImportOrder order, ForeignEmbedder embedder, L1Calibration calibration) {
        Preparation preparation = order.input().preparation();
        Map<String, String> settings = new TreeMap<>();
        settings.put("layout", word(order.input().layout()));
        settings.put("order", preparation.order().word());
        settings.put("mean", preparation.mean().toString());
        settings.put("std", preparation.std().toString());
        settings.put("fit", word(preparation.fit()));
        settings.put("resampling", word(preparation.resampling()));
        settings.put("normalise", word(preparation.embeddings()));
        settings.put("output", embedder.output().name());
        settings.put("batch", word(embedder.form()));
        settings.put("tolerance", Double.toString(order.tolerance()));
        settings.put("scale", Float.toString(calibration.scale()));
        settings.put("bias", Float.toString(calibration.bias()));
        return settings;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
