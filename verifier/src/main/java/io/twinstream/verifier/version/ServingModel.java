package io.twinstream.verifier.version;

import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.verifier.gallery.Gallery;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Thresholds;

/**
 * One model version and all that belongs to it alone: its network, match function, thresholds and gallery. Embeddings of
 * different versions are never compared. Safe for many threads; to be closed after the last of them.
 */
public record ServingModel(
        Manifest manifest,
        String sha256,
        Embedder embedder,
        MatchFunction matchFunction,
        Thresholds thresholds,
        Gallery gallery)
        implements AutoCloseable {

    /** Opens a package, with an empty gallery. */
    public static ServingModel open(ModelPackage model, ProviderChoice provider, double targetFmr, double targetFpir) {
        Thresholds thresholds = new Thresholds(model.manifest().fmrTable(), targetFmr, targetFpir);
        MatchFunction function = MatchFunction.of(model);
        Embedder embedder = Embedder.open(model, provider);
        return new ServingModel(
                model.manifest(), model.sha256(), embedder, function, thresholds, new Gallery(function));
    }

    @Override
    public void close() {
        embedder.close();
    }
}
