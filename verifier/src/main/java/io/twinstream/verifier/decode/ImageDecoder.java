package io.twinstream.verifier.decode;

import io.twinstream.schemas.image.EncodedImage;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;

/**
 * Encoded bytes to pixels. Never throws for what the bytes hold, and never decodes more than the limits allow.
 * Reuses its buffers: for one thread.
 */
public final class ImageDecoder {
    private final ImageLimits limits;
    private final PngDecoder png;

    public ImageDecoder(ImageLimits limits) {
        this.limits = limits;
        this.png = new PngDecoder(limits);
    }

    /** Decodes to 1 channel (luma) or 3 (red, green, blue). */
    public Decoded decode(byte[] encoded, int channels) {
        try {
            if (PngDecoder.takes(encoded)) {
                return png.decode(encoded, channels);
            }
            try (EncodedImage image = EncodedImage.open(encoded, limits)) {
                return RasterReader.read(image.decode(), channels);
            }
        } catch (ImageRefusedException e) {
            return new Undecodable(e.fault(), e.reason());
        }
    }
}
