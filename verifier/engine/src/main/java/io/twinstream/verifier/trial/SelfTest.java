package io.twinstream.verifier.trial;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.record.Precision;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.InferenceException;
import java.util.List;

/**
 * The self-test checks that a model answers here as it did where it was exported, decoder, preprocessing and runtime
 * included.
 */
public final class SelfTest {
    /**
     * The most that a component may differ by: providers differ in the last bits of a float, a wrong network in the first.
     */
    private static final float TOLERANCE = 1e-3f;
    /**
     * The most that a component may differ by at int8: another CPU may round to the next byte, which is up to a sixtieth of a
     * component.
     */
    private static final float INT8_TOLERANCE = 5e-2f;

    private SelfTest() {}

    /**
     * Embeds a package's golden images and compares the results with the recorded embeddings.
     *
     * @param manifest the manifest of the package that the embedder was opened from
     * @throws InferenceException if a component differs from the expected one by more than 0.001, or 0.05 at int8, or
     *     if the package has no golden images
     */
    public static void run(Manifest manifest, Embedder embedder) {
        if (manifest.golden().isEmpty()) {
            throw new InferenceException("the model package holds no golden vector to test the model with");
        }
        float tolerance = embedder.precision() == Precision.INT8 ? INT8_TOLERANCE : TOLERANCE;
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        for (GoldenVector golden : manifest.golden()) {
            Decoded decoded = embedder.decode(decoder, golden.image(), false);
            if (!(decoded instanceof Picture picture)) {
                throw new InferenceException("a golden image of the model package can't be decoded: " + decoded);
            }
            float[] embedding = embedder.embedAll(List.of(picture))[0];
            if (embedding.length == 0) {
                throw new InferenceException("the locator finds nothing in a golden image of the model package");
            }
            float difference = largestDifference(embedding, golden.embedding());
            if (!(difference <= tolerance)) {
                throw new InferenceException(
                        "the model fails its self-test: a golden embedding differs by %s: its package was changed after it was written, or this machine computes otherwise"
                                .formatted(difference));
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
