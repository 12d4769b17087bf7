package io.twinstream.schemas.modelpackage;

import java.util.Objects;

/**
 * Holds the embedding that the embedder must give for one image, with which whoever loads the model tests it.
 *
 * @param image the encoded image (base64 in the manifest)
 * @param embedding the expected embedding, as ONNX Runtime's CPU provider computed it at export
 */
public record GoldenVector(byte[] image, float[] embedding) {
    public GoldenVector {
        Objects.requireNonNull(image, "a golden vector needs an image");
        Objects.requireNonNull(embedding, "a golden vector needs an embedding");
        image = image.clone();
        embedding = embedding.clone();
    }
}
