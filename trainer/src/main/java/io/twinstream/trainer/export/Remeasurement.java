package io.twinstream.trainer.export;

import io.twinstream.schemas.modelpackage.Int8Facts;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.schemas.record.Precision;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.trial.SelfTest;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures a package again and gives a new version of it, whose scores are the same to the bit. Graphs, golden vectors and domain
 * stay; tables, histograms and measures come from the images, for each precision that the package has. So a package from before
 * gets what is measured today, such as thresholds for look-alikes.
 */
public final class Remeasurement {
    private final Clock clock;

    public Remeasurement() {
        this(Clock.systemUTC());
    }

    Remeasurement(Clock clock) {
        this.clock = clock;
    }

    /**
     * Measures a package.
     *
     * @param id what the new version is called
     * @param validation images that the model was not trained on
     * @return the new package as a zip file, which {@code PackageArchive.read} accepts
     * @throws DatasetException if thresholds can't be set on these images
     */
    public byte[] run(ModelPackage model, ModelId id, ImageSet validation) throws IOException {
        Manifest before = model.manifest();
        id.requireOtherThan(ModelId.of(before));
        PairEvaluation.requireEnough(validation);
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            SelfTest.run(before, embedder);
        }
        PairEvaluation fp32 = PairEvaluation.of(model, validation);
        byte[] measured = PackageArchive.write(
                Recalibration.manifest(before, id, model.origin(), fp32, before.domain(), record(model, validation)),
                model.file(ModelPackage.EMBEDDER),
                model.file(ModelPackage.MATCHER),
                before.locator() == null ? null : model.file(ModelPackage.LOCATOR));
        Int8Facts int8 = before.int8();
        return int8 == null
                ? measured
                : PackageArchive.withInt8(
                        PackageArchive.read(measured, "the measured package"),
                        Quantization.measuredAgain(int8, fp32, PairEvaluation.of(model.at(Precision.INT8), validation)),
                        model.file(ModelPackage.EMBEDDER_INT8));
    }

    private TrainingRecord record(ModelPackage model, ImageSet validation) {
        TrainingRecord trained = model.manifest().training();
        Map<String, String> settings = new TreeMap<>(trained.settings());
        settings.put("measuredFrom", model.origin());
        settings.put("measuredAt", clock.instant().toString());
        settings.put("measuredOn", validation.fingerprint());
        settings.put("measuredImages", Integer.toString(validation.imageCount()));
        settings.put("measuredClasses", Integer.toString(validation.classes().size()));
        return new TrainingRecord(trained.trainedAt(), trained.dataFingerprint(), trained.seed(), settings);
    }
}
