package io.twinstream.schemas.modelpackage;

import java.util.Objects;

/**
 * What the embedder must answer for one image, so that whoever loads the model can test itself.
 *
 * @param image encoded image bytes (base64 in the manifest)
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
