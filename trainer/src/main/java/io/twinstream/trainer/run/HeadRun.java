package io.twinstream.trainer.run;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.InputDomain;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.TrainingData;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.trainer.export.DomainStatistics;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.trainer.export.MatcherGraph;
import io.twinstream.trainer.export.ModelExport;
import io.twinstream.trainer.export.ProjectedEmbedder;
import io.twinstream.trainer.head.Head;
import io.twinstream.trainer.head.Head.Projection;
import io.twinstream.trainer.head.HeadFit;
import io.twinstream.trainer.head.HeadImages;
import io.twinstream.trainer.head.HeadKind;
import io.twinstream.trainer.training.TrainingListener;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.MatcherWeights;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.trial.SelfTest;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fits a model's head to a user's images and packs it. It reads the images, embeds each once with the parent, fits a head, checks
 * that the verifier computes what was learned, and measures it on the validation images. The parent's embedder, preparation and
 * locator stay. Nothing is written: the package goes to the caller once all of that has gone well.
 */
public final class HeadRun {
    /** What stands behind the parent's architecture where a projection follows its layers. */
    static final String PROJECTED = "+projection";

    private static final int PARITY_IMAGES = 200;
    private static final double LARGEST_DIFFERENCE = 1e-4;

    private final Clock clock;

    public HeadRun() {
        this(Clock.systemUTC());
    }

    HeadRun(Clock clock) {
        this.clock = clock;
    }

    /**
     * Fits a head; it is for one thread of the process at a time.
     *
     * @return the model package as a zip file, which {@code PackageArchive.read} accepts
     * @throws DatasetException if the images can't be used
     * @throws ExportException if the verifier doesn't compute what was learned
     */
    public byte[] run(HeadOptions options, TrainingListener listener)
            throws IOException, ExportException, InterruptedException {
        listener.onPhase(TrainingListener.Phase.READ);
        ModelPackage parent = options.parent();
        try (Embedder embedder = Embedder.open(parent, ProviderChoice.CPU)) {
            SelfTest.run(parent.manifest(), embedder);
        }
        TrainingData data = options.sources().read(parent.manifest().input().channels());
        listener.onData(data.report());
        data.requireUsable();
        options.sources().requireEnough(data.validation());
        EmbeddedImages images = embedded(parent, data.training(), listener);
        EmbeddedImages validation = EmbeddedImages.of(parent, data.validation());
        listener.onPhase(TrainingListener.Phase.TRAIN);
        HeadFit fit = HeadFit.of(
                MatcherWeights.of(parent).weights(),
                parent.manifest().enrolmentViews() == 1,
                images,
                validation,
                options.settings(),
                listener);
        listener.onPhase(TrainingListener.Phase.MEASURE);
        byte[] packed = pack(options, parent, data, fit, listener);
        return parent.hasInt8() ? quantized(packed, data, listener) : packed;
    }

    private static EmbeddedImages embedded(ModelPackage parent, ImageSet images, TrainingListener listener)
            throws DatasetException {
        long begun = System.nanoTime();
        EmbeddedImages embedded = HeadImages.of(parent, images);
        listener.onFinding("%d of %d images to learn from embedded in %.0f s"
                .formatted(embedded.size(), images.imageCount(), (System.nanoTime() - begun) / 1e9));
        if (embedded.size() == 0) {
            throw new DatasetException(
                    "the parent's locator finds nothing in any of %d images: fit a head to pictures of what it looks for"
                            .formatted(images.imageCount()));
        }
        return embedded;
    }

    private byte[] pack(
            HeadOptions options, ModelPackage parent, TrainingData data, HeadFit fit, TrainingListener listener)
            throws IOException, ExportException {
        Head head = fit.head();
        byte[] embedder = parent.file(ModelPackage.EMBEDDER);
        if (head.projection().isPresent()) {
            Projection projection = head.projection().get();
            embedder = ProjectedEmbedder.of(embedder, projection.weights(), projection.shift());
        }
        byte[] matcher =
                MatcherGraph.of(fit.calibration().weights(), fit.calibration().bias());
        TrainingRecord record = new TrainingRecord(
                clock.instant().toString(),
                data.training().fingerprint(),
                options.settings().seed(),
                settings(parent, data, fit));
        PackageDraft draft = new PackageDraft(options, parent, head.kind(), record, embedder, matcher);
        ModelPackage computed =
                PackageArchive.read(draft.write(ModelExport.NOT_MEASURED, List.of(), null), "the draft of the package");
        requireSame(parent, computed, head, data.validation());
        InputDomain domain = DomainStatistics.of(
                computed,
                Stream.concat(ModelExport.all(data.training()).stream(), ModelExport.all(data.validation()).stream())
                        .toList());
        if (domain == null && parent.manifest().domain() != null) {
            listener.onFinding(
                    "the images are fewer than %d, too few to describe their kind: no picture is called out of the domain; add one with 'twinstream domain'"
                            .formatted(DomainStatistics.FEWEST));
        }
        return draft.write(fit.calibration().evaluation(), golden(parent, computed, head), domain);
    }

    /** A draft is the package but for what is measured of it. */
    private record PackageDraft(
            HeadOptions options,
            ModelPackage parent,
            HeadKind kind,
            TrainingRecord record,
            byte[] embedder,
            byte[] matcher) {
        byte[] write(PairEvaluation evaluation, List<GoldenVector> golden, @Nullable InputDomain domain)
                throws IOException {
            Manifest from = parent.manifest();
            Manifest manifest = new Manifest(
                    from.format(),
                    options.name(),
                    options.version(),
                    parent.origin(),
                    kind == HeadKind.PROJECTION ? projected(from.architecture()) : from.architecture(),
                    from.input(),
                    from.embeddingLength(),
                    from.enrolmentViews(),
                    List.of(),
                    evaluation.fmrTable(),
                    evaluation.histograms(),
                    evaluation.measures(),
                    golden,
                    record,
                    null,
                    domain,
                    from.imported(),
                    from.locator());
            byte[] locator = from.locator() == null ? null : parent.file(ModelPackage.LOCATOR);
            return PackageArchive.write(manifest, embedder, matcher, locator);
        }
    }

    private static String projected(String architecture) {
        return architecture.endsWith(PROJECTED) ? architecture : architecture + PROJECTED;
    }

    /** Checks that the package's embedder gives what the head was learned with. */
    private static void requireSame(ModelPackage parent, ModelPackage computed, Head head, ImageSet validation)
            throws ExportException {
        if (head.projection().isEmpty()) {
            return;
        }
        List<Picture> pictures = ModelExport.spread(validation, PARITY_IMAGES).stream()
                .map(DecodedImage::picture)
                .toList();
        float[][] parents = embedded(parent, pictures);
        float[][] written = embedded(computed, pictures);
        double largest = 0;
        for (int i = 0; i < written.length; i++) {
            float[] learned = parents[i].length == 0
                    ? parents[i]
                    : head.projection().get().of(parents[i]);
            for (int d = 0; d < learned.length; d++) {
                largest = Math.max(largest, Math.abs(written[i][d] - learned[d]));
            }
        }
        if (!(largest <= LARGEST_DIFFERENCE)) {
            throw new ExportException(
                    "embeddings of the written projection differ from the learned ones by up to %.2g, %.2g is allowed: report this with the parent's architecture"
                            .formatted(largest, LARGEST_DIFFERENCE));
        }
    }

    private static float[][] embedded(ModelPackage model, List<Picture> pictures) {
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            return embedder.embedAll(pictures);
        }
    }

    /** Returns the parent's golden pictures, with the embeddings that are computed now. */
    private static List<GoldenVector> golden(ModelPackage parent, ModelPackage computed, Head head) throws IOException {
        List<GoldenVector> before = parent.manifest().golden();
        if (head.projection().isEmpty()) {
            return before;
        }
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        List<DecodedImage> images = new ArrayList<>();
        try (Embedder embedder = Embedder.open(computed, ProviderChoice.CPU)) {
            for (GoldenVector each : before) {
                Decoded decoded = embedder.decode(decoder, each.image(), false);
                if (!(decoded instanceof Picture picture)) {
                    throw new DatasetException("a golden image of the parent can't be decoded: " + decoded);
                }
                images.add(new DecodedImage("golden", each.image(), picture));
            }
        }
        return ModelExport.golden(computed, images);
    }

    private static Map<String, String> settings(ModelPackage parent, TrainingData data, HeadFit fit) {
        Map<String, String> settings = new TreeMap<>(fit.figures());
        settings.put("parentSha256", parent.sha256());
        settings.put("validationFingerprint", data.validation().fingerprint());
        return settings;
    }

    private static byte[] quantized(byte[] packed, TrainingData data, TrainingListener listener) throws IOException {
        byte[] quantized = TrainingRun.quantized(packed, data.training(), data.validation());
        if (quantized == packed) {
            listener.onFinding("the parent has an int8 embedder and this version has none: it serves in fp32 only");
        }
        return quantized;
    }
}
