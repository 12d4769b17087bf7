package io.twinstream.verifier.model;

import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.verifier.gallery.Gallery;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Thresholds;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.settings.InferenceSettings;
import io.twinstream.verifier.settings.RegionChoice;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A serving model is one model version at one precision, with all that belongs to these alone: its network, match
 * function, thresholds and gallery. Embeddings of different versions or precisions are never compared. Safe for many
 * threads; it must be closed after the last of them.
 *
 * @param impostors the impostors whose rates have set the thresholds
 */
public record ServingModel(
        Manifest manifest,
        String sha256,
        Embedder embedder,
        MatchFunction matchFunction,
        Thresholds thresholds,
        Impostors impostors,
        Gallery gallery,
        DomainRule domain,
        RegionChoice regions)
        implements AutoCloseable {
    /** The rate is computed back from the target. */
    private static final double ROUNDING = 1e-9;

    /**
     * Opens the model that the settings name, at the precision, provider and error rates of the settings.
     *
     * @throws IOException if there is no such package, or it is damaged
     */
    public static ServingModel open(InferenceSettings settings) throws IOException {
        return open(ShippedModel.read(settings.model()), settings);
    }

    /** Opens a package at the precision, provider and error rates of the settings. */
    public static ServingModel open(ModelPackage model, InferenceSettings settings) {
        return open(model, settings, PrecisionChoice.of(settings));
    }

    /** Opens a package at the provider and error rates of the settings, and at a precision chosen for it. */
    public static ServingModel open(ModelPackage read, InferenceSettings settings, PrecisionChoice precisions) {
        ModelPackage model = precisions.of(read);
        return open(
                model,
                () -> embedder(model, settings),
                settings.targetFmr(),
                settings.targetFpir(),
                settings.impostors(),
                settings.galleryThreads(),
                settings.domain(),
                settings.regions());
    }

    /**
     * Opens a package with an empty gallery, such that thresholds are those of look-alikes where it has them, pictures of another
     * kind than it was trained for are refused, and the largest region of a probe is judged.
     *
     * @param galleryThreads how many threads search the gallery
     */
    public static ServingModel open(
            ModelPackage model, ProviderChoice provider, double targetFmr, double targetFpir, int galleryThreads) {
        return open(
                model,
                () -> Embedder.open(model, provider),
                targetFmr,
                targetFpir,
                ImpostorChoice.HARDEST,
                galleryThreads,
                DomainRule.REFUSE,
                RegionChoice.LARGEST);
    }

    private static ServingModel open(
            ModelPackage model,
            Supplier<Embedder> embedder,
            double targetFmr,
            double targetFpir,
            ImpostorChoice impostors,
            int galleryThreads,
            DomainRule domain,
            RegionChoice regions) {
        Thresholds thresholds = new Thresholds(impostors.table(model.manifest()), targetFmr, targetFpir);
        MatchFunction function = MatchFunction.of(model);
        return new ServingModel(
                model.manifest(),
                model.sha256(),
                embedder.get(),
                function,
                thresholds,
                impostors.inForce(model.manifest()),
                new Gallery(function, galleryThreads),
                domain,
                regions);
    }

    /** Returns why the threshold of pairs and claims may do something else on other classes, one line; null if nothing says so. */
    public @Nullable String thresholdDoubt() {
        return ThresholdBasis.of(manifest.evaluation(), impostors)
                .map(basis -> basis.doubt(thresholds.verification().fmr()))
                .orElse(null);
    }

    /**
     * Returns why more strangers match somebody than the target of identifications allows, one line; null if the table reaches
     * far enough down for a gallery of the present size.
     */
    public @Nullable String identificationDoubt() {
        int references = gallery.size();
        double fpir = thresholds.fpir(references);
        return fpir <= thresholds.targetFpir() * (1 + ROUNDING)
                ? null
                : "an FPIR of %s is not carried in a gallery of %d references: the model's table ends at an FMR of %s, at which about %.0f %% of strangers match somebody; calibrate it on more classes"
                        .formatted(
                                thresholds.targetFpir(),
                                references,
                                thresholds.table().lowestFmr(),
                                100 * fpir);
    }

    static Embedder embedder(ModelPackage model, InferenceSettings settings) {
        String provider = settings.provider();
        return provider.equals(VerifierSettings.STAND_IN)
                ? Embedder.standIn(
                        model,
                        settings.standInBatch().toNanos(),
                        settings.standInImage().toNanos())
                : Embedder.open(model, ProviderChoice.valueOf(provider.toUpperCase(Locale.ROOT)));
    }

    /** Returns how many regions of a probe's picture are embedded at most. */
    public int mostRegions() {
        return embedder.locates() ? regions.most() : 1;
    }

    @Override
    public void close() {
        embedder.close();
    }
}
