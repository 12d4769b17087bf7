package io.twinstream.trainer.export;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputDomain;
import io.twinstream.schemas.modelpackage.Int8Facts;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.L1Calibration;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.inference.MatcherWeights;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.trial.SelfTest;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calibrates a package on the pictures of a folder, and gives a new version of it. Graphs of embedders and locator stay as they are to
 * the byte, and so do the golden vectors. The weights of the match function keep their proportions: their scale and the bias, the
 * thresholds, the histograms, the measures and the domain come from the pictures. An int8 embedder gets thresholds of its own.
 */
public final class Recalibration {
    private static final int NAMED = 3;

    private final Clock clock;

    public Recalibration() {
        this(Clock.systemUTC());
    }

    Recalibration(Clock clock) {
        this.clock = clock;
    }

    /**
     * Calibrates a package.
     *
     * @param id what the new version is called
     * @param validation images that the model was not trained on
     * @param lines gets what has been found out, a line each
     * @return the new package as a zip file, which {@code PackageArchive.read} accepts
     * @throws DatasetException if thresholds can't be set on these images
     */
    public byte[] run(ModelPackage model, ModelId id, ImageSet validation, Consumer<String> lines) throws IOException {
        Manifest before = model.manifest();
        id.requireOtherThan(ModelId.of(before));
        PairEvaluation.requireEnough(validation);
        lookAt(model, validation, lines);
        lines.accept("calibrating on %d images of %d classes"
                .formatted(validation.imageCount(), validation.classes().size()));
        MatcherWeights learned = MatcherWeights.of(model);
        L1Calibration calibration = L1Calibration.of(model, validation, learned.weights());
        byte[] matcher = MatcherGraph.of(calibration.weights(), calibration.bias());
        PairEvaluation fp32 = calibration.evaluation();
        byte[] calibrated = PackageArchive.write(
                manifest(
                        before,
                        id,
                        model.origin(),
                        fp32,
                        domain(model, validation, lines),
                        record(before, model, validation, calibration)),
                model.file(ModelPackage.EMBEDDER),
                matcher,
                before.locator() == null ? null : model.file(ModelPackage.LOCATOR));
        Int8Facts int8 = before.int8();
        return int8 == null ? calibrated : withInt8(model, calibrated, int8, fp32, validation);
    }

    /** Says in which images nothing is found, and how many are of another kind than the package knows. */
    private static void lookAt(ModelPackage model, ImageSet validation, Consumer<String> lines)
            throws DatasetException {
        List<DecodedImage> images = validation.classes().stream()
                .flatMap(each -> each.images().stream())
                .toList();
        List<String> empty = new ArrayList<>();
        int blank = 0;
        int strange = 0;
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            SelfTest.run(model.manifest(), embedder);
            Embeddings all =
                    embedder.checkAll(images.stream().map(DecodedImage::picture).toList());
            for (int i = 0; i < images.size(); i++) {
                UndecidedCause cause = all.cause(i);
                if (cause == UndecidedCause.NOTHING_FOUND) {
                    empty.add(images.get(i).name());
                }
                blank += cause == UndecidedCause.BLANK ? 1 : 0;
                strange += cause == UndecidedCause.OUT_OF_DOMAIN ? 1 : 0;
            }
        }
        if (2 * empty.size() > images.size()) {
            throw new DatasetException(
                    "the locator finds nothing in %d of %d validation images, %s among them: take pictures of what the model is for"
                            .formatted(empty.size(), images.size(), empty.get(0)));
        }
        if (!empty.isEmpty()) {
            lines.accept("nothing is found in %d of %d images, which are left out: %s%s"
                    .formatted(
                            empty.size(),
                            images.size(),
                            String.join(", ", empty.subList(0, Math.min(NAMED, empty.size()))),
                            empty.size() > NAMED ? " and others" : ""));
        }
        if (blank > 0) {
            lines.accept("%d of %d images are blank, and such probes are never judged".formatted(blank, images.size()));
        }
        if (strange > 0) {
            lines.accept("%d of %d images are of another kind than %s was made for"
                    .formatted(strange, images.size(), ModelId.of(model.manifest())));
        }
    }

    /** Describes the images as the new version's domain; too few of them leave the package's own. */
    private static @Nullable InputDomain domain(ModelPackage model, ImageSet validation, Consumer<String> lines) {
        List<Picture> pictures = ModelExport.all(validation);
        InputDomain domain = DomainStatistics.of(model, pictures);
        InputDomain before = model.manifest().domain();
        if (domain == null && before != null) {
            lines.accept("the domain stays that of the package: statistics need %d images, and there are %d"
                    .formatted(DomainStatistics.FEWEST, pictures.size()));
        }
        return domain == null ? before : domain;
    }

    private TrainingRecord record(Manifest before, ModelPackage model, ImageSet validation, L1Calibration calibration) {
        TrainingRecord trained = before.training();
        Map<String, String> settings = new TreeMap<>(trained.settings());
        settings.put("calibratedFrom", model.origin());
        settings.put("calibratedAt", clock.instant().toString());
        settings.put("calibratedOn", validation.fingerprint());
        settings.put("calibratedImages", Integer.toString(validation.imageCount()));
        settings.put("calibratedClasses", Integer.toString(validation.classes().size()));
        settings.put("calibratedScale", Float.toString(calibration.scale()));
        settings.put("calibratedBias", Float.toString(calibration.bias()));
        return new TrainingRecord(trained.trainedAt(), trained.dataFingerprint(), trained.seed(), settings);
    }

    /** Returns the manifest of a package that differs from one by its measures, as a new version of it. */
    static Manifest manifest(
            Manifest before,
            ModelId id,
            String parent,
            PairEvaluation evaluation,
            @Nullable InputDomain domain,
            TrainingRecord record) {
        return new Manifest(
                before.format(),
                id.name(),
                id.version(),
                parent,
                before.architecture(),
                before.input(),
                before.embeddingLength(),
                before.enrolmentViews(),
                List.of(),
                evaluation.fmrTable(),
                evaluation.histograms(),
                evaluation.measures(),
                before.golden(),
                record,
                null,
                domain,
                before.imported(),
                before.locator());
    }

    private static byte[] withInt8(
            ModelPackage model, byte[] calibrated, Int8Facts before, PairEvaluation fp32, ImageSet validation)
            throws IOException {
        byte[] embedder = model.file(ModelPackage.EMBEDDER_INT8);
        ModelPackage read = PackageArchive.read(calibrated, "the calibrated package");
        ModelPackage draft = PackageArchive.read(
                        PackageArchive.withInt8(read, before, embedder), "the draft of the package")
                .at(Precision.INT8);
        return PackageArchive.withInt8(
                read, Quantization.measuredAgain(before, fp32, PairEvaluation.of(draft, validation)), embedder);
    }
}
