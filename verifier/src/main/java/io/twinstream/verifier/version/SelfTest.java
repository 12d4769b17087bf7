package io.twinstream.verifier.version;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.verifier.decode.Decoded;
import io.twinstream.verifier.decode.ImageDecoder;
import io.twinstream.verifier.decode.Picture;
import io.twinstream.verifier.inference.InferenceException;
import java.util.List;

/** Whether a model answers here as it answered where it was exported: decoder, preprocessing and runtime included. */
public final class SelfTest {
    /** Providers differ in the last bits of a float; a wrong network differs in the first. */
    private static final float TOLERANCE = 1e-3f;

    private SelfTest() {}

    /**
     * Embeds the package's golden images.
     *
     * @throws InferenceException if a component differs from the expected one by more than 0.001, or there are none
     */
    public static void run(ServingModel model) {
        if (model.manifest().golden().isEmpty()) {
            throw new InferenceException("the model package holds no golden vector to test the model with");
        }
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        for (GoldenVector golden : model.manifest().golden()) {
            Decoded decoded =
                    decoder.decode(golden.image(), model.embedder().input().channels());
            if (!(decoded instanceof Picture picture)) {
                throw new InferenceException("a golden image of the model package can't be decoded: " + decoded);
            }
            float[] embedding = model.embedder().embedAll(List.of(picture))[0];
            float difference = largestDifference(embedding, golden.embedding());
            if (!(difference <= TOLERANCE)) {
                throw new InferenceException(
                        "the model fails its self-test: a golden embedding differs by " + difference);
            }
        }
    }

    private static float largestDifference(float[] actual, float[] expected) {
        if (actual.length != expected.length) {
            return Float.POSITIVE_INFINITY;
        }
        float largest = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
        }
        return largest;
    }
}
