package io.twinstream.schemas.modelpackage;

/**
 * Specifies the tensor that a model's embedder takes: {@code [n, channels, height, width]}, float32, values 0 to 1. Pictures
 * of any other size are stretched to this one.
 *
 * @param width width in pixels
 * @param height height in pixels
 * @param channels 1 for luma; 3 for red, green, blue
 * @param inkIsOne true where dark pixels become 1 and light ones 0, which suits drawings on paper best; false keeps light as 1
 */
public record InputSpec(int width, int height, int channels, boolean inkIsOne) {
    public InputSpec {
        if (width < 1 || height < 1 || width > 4096 || height > 4096) {
            throw new IllegalArgumentException(
                    "width and height must be 1 to 4096, were %d x %d".formatted(width, height));
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("channels must be 1 or 3, was " + channels);
        }
    }

    /** Returns the floats of one image: {@code channels * height * width}. */
    public int length() {
        return channels * height * width;
    }
}
