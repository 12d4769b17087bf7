package io.twinstream.verifier.settings;

import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * Inference settings say how a model is opened and run, and at which error rates it decides. Verifiers need them, and
 * commands that judge by themselves.
 *
 * @param model a package file, or the name of a model that Twinstream ships; empty for compact
 * @param provider the execution provider: {@code auto}, {@code cpu}, {@code cuda} or {@code stand-in}
 * @param precision the precision that is asked for; empty where it is chosen
 * @param standInBatch the time that each batch takes on the stand-in
 * @param standInImage the time that each image of a batch adds on the stand-in
 * @param batchMax the largest number of images in a batch
 * @param cuts whether batches are cut into runs of a size that is measured, and not run whole
 * @param targetFmr the false match rate that pairs and claims are decided at
 * @param targetFpir the false-positive identification rate that identifications are decided at
 * @param impostors the impostors whose rates set the thresholds
 * @param galleryThreads how many threads search a gallery
 * @param domain what becomes of pictures of another kind than a model was trained for
 * @param regions which of the regions that are found in a probe's picture are judged
 * @param sharded whether verifiers of other shards have to choose the same precision
 */
public record InferenceSettings(
        String model,
        String provider,
        Optional<Precision> precision,
        Duration standInBatch,
        Duration standInImage,
        int batchMax,
        boolean cuts,
        double targetFmr,
        double targetFpir,
        ImpostorChoice impostors,
        int galleryThreads,
        DomainRule domain,
        RegionChoice regions,
        boolean sharded) {
    private static final String CHOSEN = "auto";

    /** Reads the settings. */
    public static InferenceSettings of(Settings settings) {
        String precision = settings.getString(VerifierSettings.PRECISION);
        int batchMax = settings.getInt(VerifierSettings.BATCH_MAX);
        return new InferenceSettings(
                settings.getString(VerifierSettings.MODEL),
                settings.getString(VerifierSettings.PROVIDER),
                precision.equals(CHOSEN)
                        ? Optional.empty()
                        : Optional.of(Precision.valueOf(precision.toUpperCase(Locale.ROOT))),
                Duration.of(settings.getInt(VerifierSettings.STAND_IN_BATCH), ChronoUnit.MICROS),
                Duration.of(settings.getInt(VerifierSettings.STAND_IN_IMAGE), ChronoUnit.MICROS),
                batchMax == 0
                        ? Profile.of(settings.getString(VerifierSettings.PROFILE))
                                .batchMax()
                        : batchMax,
                batchMax == 0,
                settings.getDouble(VerifierSettings.TARGET_FMR),
                settings.getDouble(VerifierSettings.TARGET_FPIR),
                ImpostorChoice.of(settings.getString(VerifierSettings.FMR_IMPOSTORS)),
                settings.getInt(VerifierSettings.GALLERY_THREADS),
                DomainRule.of(settings.getString(VerifierSettings.DOMAIN)),
                RegionChoice.of(settings.getString(VerifierSettings.REGIONS)),
                settings.getInt(VerifierSettings.GALLERY_SHARDS) > 1);
    }
}
