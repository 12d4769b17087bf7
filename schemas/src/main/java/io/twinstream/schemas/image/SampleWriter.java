package io.twinstream.schemas.image;

/** Appends pixels as 1 or 3 samples each. */
final class SampleWriter {
    private final byte[] samples;
    private final int channels;
    private int next;

    SampleWriter(byte[] samples, int channels) {
        this(samples, channels, 0);
    }

    /** Appends from a pixel on. */
    SampleWriter(byte[] samples, int channels, int pixel) {
        this.samples = samples;
        this.channels = channels;
        this.next = pixel * channels;
    }

    void gray(int value) {
        for (int c = 0; c < channels; c++) {
            samples[next++] = (byte) value;
        }
    }

    void rgba(int red, int green, int blue, int alpha) {
        int r = Luma.overWhite(red, alpha);
        int g = Luma.overWhite(green, alpha);
        int b = Luma.overWhite(blue, alpha);
        if (channels == 1) {
            samples[next++] = (byte) Luma.of(r, g, b);
        } else {
            samples[next++] = (byte) r;
            samples[next++] = (byte) g;
            samples[next++] = (byte) b;
        }
    }

    /** Pixels by their index into colours of as many samples each. */
    void copied(byte[] indices, byte[] colors) {
        for (byte index : indices) {
            for (int c = 0; c < channels; c++) {
                samples[next++] = colors[(index & 255) * channels + c];
            }
        }
    }
}
