package io.twinstream.schemas.image;

import io.twinstream.schemas.modelpackage.InputSpec;
import org.jspecify.annotations.Nullable;

/**
 * Decodes encoded bytes to the picture that a person sees: upright, opaque, 8 bits a sample, and the first of several frames
 * or pages. It never throws for what the bytes hold, never decodes more than the limits allow, and returns within 16 s. It
 * reuses its buffers, so it is for one thread.
 *
 * <p>Samples are taken as they are stored: colour profiles are ignored in all formats.
 *
 * <p>Maintainers: our own decoder of PNG is bounded by the file, so it runs on the caller's thread. All others run by {@link
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

    /**
     * Makes a decoder that allocates nothing for samples: a picture is valid until the next one is decoded, which may
     * overwrite it.
     */
    public static ImageDecoder overwriting(ImageLimits limits) {
        return new ImageDecoder(limits, true);
    }

    /** Decodes to 1 channel (luma) or 3 (red, green, blue). */
    public Decoded decode(byte[] encoded, int channels) {
        return decode(encoded, channels, null);
    }

    /** Decodes for a model's input; a much larger picture may be decoded at a fraction of its size. */
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
            // Unpacking and loading the library takes seconds on a busy machine, which must not count against a
            // picture.
            TurboJpeg.prepare();
            return ForeignDecoder.decode(
                    encoded,
                    () -> type == ImageType.JPEG ? jpeg.decode(encoded, channels, input) : foreign(encoded, channels));
        } catch (ImageRefusedException e) {
            return new Undecodable(e.fault(), e.reason());
        } catch (OutOfMemoryError e) {
            // One array was too large; nothing else was harmed.
            ImageRefusedException refused = ForeignDecoder.tooLarge();
            return new Undecodable(refused.fault(), refused.reason());
        }
    }

    /**
     * Decodes by a foreign decoder. It touches no mutable field of this object, since a thread that was given up may still
     * run.
     */
    private Picture foreign(byte[] encoded, int channels) throws ImageRefusedException {
        try (EncodedImage image = EncodedImage.open(encoded, limits)) {
            return Orientation.upright(RasterReader.read(image.decode(), channels), image.orientation());
        }
    }
}
