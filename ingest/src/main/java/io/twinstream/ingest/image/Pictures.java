package io.twinstream.ingest.image;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageHeader;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.Optional;

/**
 * Looks at pictures before they are sent, and makes them smaller. It decodes as verifiers do, as many at a time as {@link
 * DecodingRoom} allows. For many threads.
 */
public final class Pictures {
    /** Bytes that decoding takes for a pixel: the samples of a reader and our own, for one channel and for three. */
    private static final int GRAY_BYTES = 5;

    private static final int COLOUR_BYTES = 8;

    /** The smallest input. A decoder that skips whatever an input doesn't show still reads the whole file. */
    private static final InputSpec LOOK = new InputSpec(1, 1, 1, false);

    private final ImageLimits limits;
    private final DecodingRoom room;

    public Pictures(ImageLimits limits) {
        this.limits = limits;
        this.room = new DecodingRoom(limits);
    }

    public ImageLimits limits() {
        return limits;
    }

    /** Reads and checks the header alone. */
    public ImageHeader header(byte[] image) throws ImageRefusedException {
        return ImageHeader.of(image, limits);
    }

    /**
     * Decodes the whole file and drops the result. It decodes at a fraction of the picture's size where that tells as much.
     *
     * @throws ImageRefusedException if a verifier couldn't decode it
     * @throws TooBusyException if too many are being decoded
     */
    public void check(byte[] image) throws ImageRefusedException {
        ImageHeader header = header(image);
        room.run(pixels(header) * GRAY_BYTES, decoder -> picture(decoder.decode(image, LOOK)));
    }

    /**
     * Makes of a picture the largest JPEG that fits, never larger than the picture. Orientation and transparency are applied,
     * and a gray picture stays gray.
     *
     * @return empty if not even the smallest that shows a model everything fits
     * @throws ImageRefusedException if it can't be decoded
     * @throws TooBusyException if too many are being decoded
     */
    public Optional<Fitted> fit(byte[] image, int mostBytes) throws ImageRefusedException {
        ImageHeader header = header(image);
        return room.run(pixels(header) * COLOUR_BYTES, decoder -> {
            InputSpec spec = spec(header, PictureFit.firstScale(header, mostBytes));
            Picture colour = picture(decoder.decode(image, spec));
            return PictureFit.fit(image, header, isGray(colour) ? gray(colour) : colour, mostBytes);
        });
    }

    /** Returns the input to decode for; decoders give at least four times the sides of an input. */
    private static InputSpec spec(ImageHeader header, double scale) {
        return new InputSpec(input(header.width(), scale), input(header.height(), scale), 3, false);
    }

    private static int input(int side, double scale) {
        return (int) Math.min(4096, Math.max(1, Math.ceil(scale * side / 4)));
    }

    private static Picture picture(Decoded decoded) throws ImageRefusedException {
        if (decoded instanceof Undecodable undecodable) {
            throw new ImageRefusedException(undecodable.fault(), undecodable.reason());
        }
        return (Picture) decoded;
    }

    private static boolean isGray(Picture picture) {
        byte[] samples = picture.samples();
        for (int i = 0; i < samples.length; i += 3) {
            if (samples[i] != samples[i + 1] || samples[i] != samples[i + 2]) {
                return false;
            }
        }
        return true;
    }

    private static Picture gray(Picture picture) {
        byte[] samples = new byte[picture.width() * picture.height()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = picture.samples()[3 * i];
        }
        return new Picture(picture.width(), picture.height(), 1, samples);
    }

    private static long pixels(ImageHeader header) {
        return (long) header.width() * header.height();
    }

    /**
     * Holds a picture that was made smaller.
     *
     * @param image the JPEG to be sent
     */
    public record Fitted(byte[] image, Shrunk shrunk) {}

    /** This exception is thrown where too many pictures are being decoded. The message is one line; trying again helps. */
    public static final class TooBusyException extends RuntimeException {
        TooBusyException() {
            super("too many pictures are being decoded: try again", null, false, false);
        }
    }
}
