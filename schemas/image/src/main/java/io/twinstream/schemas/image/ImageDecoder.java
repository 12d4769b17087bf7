package io.twinstream.schemas.image;

import io.twinstream.schemas.modelpackage.InputSpec;
import org.jspecify.annotations.Nullable;

/**
 * Encoded bytes to the picture that a person sees: upright, opaque, 8 bits a sample, of several frames or pages the first. Never throws
 * for what the bytes hold, never decodes more than the limits allow, and returns within 16 s. Reuses its buffers: for one thread.
 *
 * <p>Samples are taken as they are stored: colour profiles are ignored, in all formats.
 *
 * <p>Maintainers: our own decoder of PNG is bounded by the file, and stays on the caller's thread. All others run by {@link
 * ForeignDecoder}.
 */
public final class ImageDecoder {
    private final ImageLimits limits;
    private final PngDecoder png;
    private final JpegDecoder jpeg;

    public ImageDecoder(ImageLimits limits) {
        this(limits, false);
    }

    private ImageDecoder(ImageLimits limits, boolean overwrites) {
        this.limits = limits;
        this.png = new PngDecoder(limits, overwrites);
        this.jpeg = new JpegDecoder(limits);
    }

    /** One whose pictures hold until it decodes the next, which may overwrite them: nothing is allocated for their samples. */
    public static ImageDecoder overwriting(ImageLimits limits) {
        return new ImageDecoder(limits, true);
    }

    /** Decodes to 1 channel (luma) or 3 (red, green, blue). */
    public Decoded decode(byte[] encoded, int channels) {
        return decode(encoded, channels, null);
    }

    /** Decodes for a model's input: what is much larger perhaps at a fraction of its size. */
    public Decoded decode(byte[] encoded, InputSpec input) {
        return decode(encoded, input.channels(), input);
    }

    private Decoded decode(byte[] encoded, int channels, @Nullable InputSpec input) {
        try {
            limits.checkBytes(encoded.length);
            ImageType type = ImageType.of(encoded);
            if (type == ImageType.PNG) {
                return png.decode(encoded, channels);
            }
            // Unpacking and loading the library takes seconds on a busy machine, which no picture is to answer for.
            TurboJpeg.prepare();
            return ForeignDecoder.decode(
                    encoded,
                    () -> type == ImageType.JPEG ? jpeg.decode(encoded, channels, input) : foreign(encoded, channels));
        } catch (ImageRefusedException e) {
            return new Undecodable(e.fault(), e.reason());
        } catch (OutOfMemoryError e) {
            // One array was too large, and nothing else has suffered.
            ImageRefusedException refused = ForeignDecoder.tooLarge();
            return new Undecodable(refused.fault(), refused.reason());
        }
    }

    /** Touches nothing of this object that changes: a thread that is given up may still be at it. */
    private Picture foreign(byte[] encoded, int channels) throws ImageRefusedException {
        try (EncodedImage image = EncodedImage.open(encoded, limits)) {
            return Orientation.upright(RasterReader.read(image.decode(), channels), image.orientation());
        }
    }
}
