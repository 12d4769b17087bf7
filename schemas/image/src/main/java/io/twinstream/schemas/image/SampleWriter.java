package io.twinstream.schemas.image;

import java.util.Arrays;

/**
 * Writes pixels as 1 or 3 samples each. It begins to keep opacities at the first pixel that isn't opaque, so that an opaque
 * picture pays for none; {@link #finish} lays such a picture on its {@link Backdrop}.
 */
final class SampleWriter {
    private static final byte[] OPAQUE = {};

    private final byte[] samples;
    private final int channels;
    private byte[] alphas = OPAQUE;
    private int pixel;
    private int step = 1;

    SampleWriter(byte[] samples, int channels) {
        this.samples = samples;
        this.channels = channels;
    }

    /** Goes on at a pixel, and steps by this many from one to the next. */
    void seek(int to, int by) {
        pixel = to;
        step = by;
    }

    void gray(int value) {
        int at = pixel * channels;
        for (int c = 0; c < channels; c++) {
            samples[at + c] = (byte) value;
        }
        pixel += step;
    }

    void gray(int value, int alpha) {
        alpha(alpha);
        gray(value);
    }

    /** Writes a pixel whose colours are not multiplied by the opacity. */
    void rgba(int red, int green, int blue, int alpha) {
        alpha(alpha);
        if (channels == 1) {
            samples[pixel] = (byte) luma(red, green, blue);
        } else {
            int at = pixel * channels;
            samples[at] = (byte) red;
            samples[at + 1] = (byte) green;
            samples[at + 2] = (byte) blue;
        }
        pixel += step;
    }

    /**
     * Returns the Rec. 601 luma of 8-bit samples, rounded, in 16-bit fixed point, so that a pixel gives the same sample from
     * any format.
     */
    static int luma(int red, int green, int blue) {
        return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
    }

    private void alpha(int alpha) {
        if (alpha != 255 || alphas.length > 0) {
            if (alphas.length == 0) {
                alphas = new byte[samples.length / channels];
                Arrays.fill(alphas, (byte) 255);
            }
            alphas[pixel] = (byte) alpha;
        }
    }

    /** Ends the picture, which is opaque from then on. */
    void finish() {
        if (alphas.length > 0) {
            Backdrop.lay(samples, channels, alphas);
        }
    }
}
