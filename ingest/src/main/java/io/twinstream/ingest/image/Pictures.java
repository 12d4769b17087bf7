package io.twinstream.ingest.image;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageHeader;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.text.Sha256;
import java.util.Optional;

/**
 * Looks at pictures before they are sent, and makes them smaller. Decodes as verifiers do, so many at a time as {@link DecodingRoom}
 * allows. For many threads.
 */
public final class Pictures {
    /** Four times the input of common networks, up to 256 pixels: a picture made smaller than that would show a model less. */
    private static final int LEAST_LONG_SIDE = 1024;

    /** What a photograph takes at this quality, about: where to begin. */
    private static final double BYTES_PER_PIXEL = 0.3;

    /** How far below what should just fit the next try goes, since bytes don't follow pixels exactly. */
    private static final double MARGIN = 0.97;

    private static final double LEAST_STEP = 0.95;

    /** Bytes that decoding takes for a pixel: samples of a reader, and ours, of one channel and three. */
    private static final int GRAY_BYTES = 5;

    private static final int COLOUR_BYTES = 8;

    /** The smallest input: a decoder that skips what an input doesn't show still goes through all of the file. */
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
     * Decodes the whole file, at a fraction of the picture's size where that is as good a look at it, and drops it.
     *
     * @throws ImageRefusedException if a verifier couldn't decode it
     * @throws TooBusyException if too many are being decoded
     */
    public void check(byte[] image) throws ImageRefusedException {
        ImageHeader header = header(image);
        room.run(pixels(header) * GRAY_BYTES, decoder -> picture(decoder.decode(image, LOOK)));
    }

    /**
     * Makes a picture as large a JPEG as fits, no larger than it is; orientation and transparency are applied, and what is gray stays
     * gray.
     *
     * @return empty if not even the smallest that shows a model everything fits
     * @throws ImageRefusedException if it can't be decoded
     * @throws TooBusyException if too many are being decoded
     */
    public Optional<Fitted> fit(byte[] image, int mostBytes) throws ImageRefusedException {
        ImageHeader header = header(image);
        return room.run(pixels(header) * COLOUR_BYTES, decoder -> {
            double scale = Math.min(1, Math.sqrt(mostBytes / (BYTES_PER_PIXEL * pixels(header))));
            scale = Math.max(scale, least(header.width(), header.height()));
            Picture colour = picture(decoder.decode(image, spec(header, scale)));
            Picture whole = isGray(colour) ? gray(colour) : colour;
            return fit(whole, header, scale, mostBytes)
                    .map(fitted -> new Fitted(fitted.bytes(), shrunk(image, header, fitted)));
        });
    }

    private static Optional<Written> fit(Picture whole, ImageHeader header, double firstScale, int mostBytes) {
        double scale = firstScale;
        double least = least(header.width(), header.height());
        int longSide = Math.max(header.width(), header.height());
        while (true) {
            double ofDecoded = Math.min(1, scale * longSide / Math.max(whole.width(), whole.height()));
            int width = Math.max(1, (int) Math.round(ofDecoded * whole.width()));
            int height = Math.max(1, (int) Math.round(ofDecoded * whole.height()));
            Picture smaller = ofDecoded == 1 ? whole : AreaAverage.of(whole, width, height);
            byte[] bytes = JpegFile.of(smaller);
            if (bytes.length <= mostBytes) {
                return Optional.of(new Written(bytes, smaller.width(), smaller.height()));
            } else if (scale <= least) {
                return Optional.empty();
            }
            double next = scale * Math.min(LEAST_STEP, MARGIN * Math.sqrt((double) mostBytes / bytes.length));
            scale = Math.max(next, least);
        }
    }

    /** The scale below which a picture isn't made smaller. */
    private static double least(int width, int height) {
        return Math.min(1, (double) LEAST_LONG_SIDE / Math.max(width, height));
    }

    /** Decoders give at least four times the sides of an input. */
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

    private static Shrunk shrunk(byte[] image, ImageHeader header, Written written) {
        return new Shrunk(
                image.length,
                header.width(),
                header.height(),
                Sha256.of(image),
                written.bytes().length,
                written.width(),
                written.height());
    }

    private static long pixels(ImageHeader header) {
        return (long) header.width() * header.height();
    }

    private record Written(byte[] bytes, int width, int height) {}
}
