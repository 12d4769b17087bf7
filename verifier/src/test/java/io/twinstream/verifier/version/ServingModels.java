package io.twinstream.verifier.version;

import io.twinstream.verifier.gallery.Gallery;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.Models;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Thresholds;
import java.util.Arrays;

/** Models to test with, whatever the shipped one has learned. */
public final class ServingModels {
    private ServingModels() {}

    /** The shipped embedder with plain distance for a match function: nothing is more like an image than itself. */
    public static ServingModel byDistance() {
        Embedder embedder = Embedder.open(Models.SHIPPED, ProviderChoice.CPU);
        float[] weights = new float[embedder.embeddingLength()];
        Arrays.fill(weights, -0.1f);
        MatchFunction function = new MatchFunction(weights, 8);
        return new ServingModel(
                Models.SHIPPED.manifest(),
                Models.SHIPPED.sha256(),
                embedder,
                function,
                new Thresholds(Models.SHIPPED.manifest().fmrTable(), 1e-3, 1e-2),
                new Gallery(function));
    }
}
