package io.twinstream.schemas.modelpackage;

/**
 * What the embedder must answer for one image, so that whoever loads the model can test itself.
 *
 * @param image encoded image bytes (base64 in the manifest)
 * @param embedding the expected embedding, as ONNX Runtime's CPU provider computed it at export
 */
public record GoldenVector(byte[] image, float[] embedding) {
    public GoldenVector {
        image = image.clone();
        embedding = embedding.clone();
    }
}
