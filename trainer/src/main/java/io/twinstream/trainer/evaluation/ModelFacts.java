package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageFile;
import io.twinstream.schemas.record.Precision;

/**
 * Which model was measured.
 *
 * @param precision of the embedder that was
 * @param bytes of the package's graphs
 * @param sha256 the package's identity
 * @param dataFingerprint of the images that it was trained on
 * @param seed that it was trained with
 */
public record ModelFacts(
        String name,
        String version,
        String architecture,
        Precision precision,
        long bytes,
        String sha256,
        int enrolmentViews,
        String dataFingerprint,
        long seed) {

    static ModelFacts of(ModelPackage model) {
        Manifest manifest = model.manifest();
        return new ModelFacts(
                manifest.name(),
                manifest.version(),
                manifest.architecture(),
                model.precision(),
                manifest.files().stream().mapToLong(PackageFile::bytes).sum(),
                model.sha256(),
                manifest.enrolmentViews(),
                manifest.training().dataFingerprint(),
                manifest.training().seed());
    }
}
