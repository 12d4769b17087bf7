package io.twinstream.schemas.image;

/**
 * Holds decoded pixels as a person sees them: upright and opaque, since transparent parts lie on their {@link Backdrop}.
 *
 * @param channels 1 for luma; 3 for red, green, blue
 * @param samples {@code [height][width][channels]} of 8 bits each, where 0 is black; not to be changed
 */
public record Picture(int width, int height, int channels, byte[] samples) implements Decoded {
    public Picture {
        if (samples.length != width * height * channels) {
            throw new IllegalArgumentException(
                    "%d x %d x %d samples expected, were %d".formatted(height, width, channels, samples.length));
        }
    }
}
