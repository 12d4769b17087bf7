package io.twinstream.schemas.image;

/**
 * Decides what shows through a picture that isn't opaque: white, or black where the opaque part is light, since white ink on
 * white would vanish. Light means a mean luma above one half, each pixel weighted by its opacity. An alpha plane that is all
 * zero is ignored, as many writers leave it so.
 */
final class Backdrop {
    private static final int WHITE = 255;

    private Backdrop() {}

    /**
     * Lays a picture on its backdrop, in place.
     *
     * @param samples 1 or 3 channels for each pixel, not multiplied by the opacity
     * @param alphas one opacity for each pixel
     */
    static void lay(byte[] samples, int channels, byte[] alphas) {
        long weights = 0;
        long lumas = 0;
        for (int i = 0; i < alphas.length; i++) {
            int alpha = alphas[i] & 255;
            weights += alpha;
            lumas += (long) alpha * luma(samples, channels, i);
        }
        if (weights == 0) {
            return;
        }
        int ground = 2 * lumas > WHITE * weights ? 0 : WHITE;
        for (int i = 0; i < samples.length; i++) {
            int alpha = alphas[i / channels] & 255;
            samples[i] = (byte) (((samples[i] & 255) * alpha + ground * (255 - alpha) + 127) / 255);
        }
    }

    private static int luma(byte[] samples, int channels, int pixel) {
        if (channels == 1) {
            return samples[pixel] & 255;
        }
        int at = pixel * channels;
        return SampleWriter.luma(samples[at] & 255, samples[at + 1] & 255, samples[at + 2] & 255);
    }
}
