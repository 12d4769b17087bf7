package io.twinstream.schemas.image;

import io.twinstream.schemas.modelpackage.InputSpec;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEG files to pictures as a person sees them: by libjpeg-turbo, whole or at a fraction of their size, or whole by
 * Java's reader where libjpeg-turbo isn't available. Both give the same numbers within rounding, since structure, colours and
 * orientation are settled here. Safe for many threads.
 *
 * <p>A warning of the decoder is no damage by itself. A picture is damaged where pixels are missing or their data is broken.
 */
final class JpegDecoder {
    private static final int MOST_REDUCTION = 8;
    /** Source pixels that must be left for each pixel of the input, since its areas don't end where blocks do. */
    private static final int LEFT = 4;

    private final ImageLimits limits;
    private final boolean turbo;

    JpegDecoder(ImageLimits limits) {
        this(limits, true);
    }

    /** @param turbo whether libjpeg-turbo decodes where it is available */
    JpegDecoder(ImageLimits limits, boolean turbo) {
        this.limits = limits;
        this.turbo = turbo;
    }

    /** Reads and checks the header. */
    static ImageHeader header(byte[] encoded, ImageLimits limits) throws ImageRefusedException {
        return header(checked(encoded, limits));
    }

    /** Decodes for a model's input, at a fraction of the picture's size where that suffices for its areas, else whole. */
    Picture decode(byte[] encoded, int channels, @Nullable InputSpec input) throws ImageRefusedException {
        JpegStructure jpeg = checked(encoded, limits);
        Picture stored;
        if (turbo && TurboJpeg.LOADED) {
            stored = TurboJpeg.read(
                    jpeg,
                    channels,
                    input == null || !input.takesReduced()
                            ? 1
                            : reduction(header(jpeg), jpeg.coarseness(channels), input));
        } else {
            stored = JavaJpeg.read(jpeg, channels);
        }
        return Orientation.upright(stored, jpeg.orientation());
    }

    private static JpegStructure checked(byte[] encoded, ImageLimits limits) throws ImageRefusedException {
        limits.checkBytes(encoded.length);
        JpegStructure jpeg = JpegStructure.of(encoded);
        limits.checkSize(jpeg.width(), jpeg.height());
        limits.checkDensity(jpeg.samples(), encoded.length);
        return jpeg;
    }

    private static ImageHeader header(JpegStructure jpeg) {
        return ImageHeader.of(ImageType.JPEG, jpeg.width(), jpeg.height(), jpeg.orientation());
    }

    /**
     * Returns the number by which a picture's sides may be divided for a model: 1, 2, 4 or 8, where 1 means not at all.
     *
     * @param coarseness how many pixels share a colour along one side, for each that does along the other
     */
    static int reduction(ImageHeader seen, int coarseness, InputSpec input) {
        int reduction = 1;
        while (reduction < MOST_REDUCTION
                && shows(seen.width(), 2 * reduction, coarseness * input.width())
                && shows(seen.height(), 2 * reduction, coarseness * input.height())) {
            reduction *= 2;
        }
        return reduction;
    }

    /**
     * Returns whether a side may be divided so: one that isn't a multiple would be rounded up and show what lies behind the
     * picture.
     */
    private static boolean shows(int side, int reduction, int target) {
        return side % reduction == 0 && side / reduction >= LEFT * target;
    }
}
