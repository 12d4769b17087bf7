package io.twinstream.schemas.image;

import io.twinstream.schemas.text.ForeignText;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import org.jspecify.annotations.Nullable;

/**
 * This is an encoded image, neither PNG nor JPEG, whose header has passed the limits and whose pixels are still to be decoded.
 * Java's ImageIO decodes GIF, TwelveMonkeys' reader BMP, {@link TiffImage} TIFF and {@link WebpDecoder} WebP. For one thread.
 */
public final class EncodedImage implements AutoCloseable {
    private static final int MAX_BANDS = 4;

    private interface Pixels {
        BufferedImage decode() throws IOException, ImageRefusedException;
    }

    private final ImageHeader header;
    private final int orientation;
    private final Pixels pixels;
    private final @Nullable ImageReader reader;

    private EncodedImage(ImageHeader header, int orientation, Pixels pixels, @Nullable ImageReader reader) {
        this.header = header;
        this.orientation = orientation;
        this.pixels = pixels;
        this.reader = reader;
    }

    /**
     * Opens an image and checks its header.
     *
     * @throws ImageRefusedException with the fault, if the image is refused
     */
    public static EncodedImage open(byte[] encoded, ImageLimits limits) throws ImageRefusedException {
        limits.checkBytes(encoded.length);
        ImageType type = ImageType.of(encoded);
        return switch (type) {
            case PNG, JPEG -> throw new IllegalArgumentException(type + " has a decoder of its own");
            case TIFF -> {
                TiffImage page = TiffImage.open(encoded, limits);
                int orientation = page.orientation();
                yield new EncodedImage(
                        ImageHeader.of(type, page.width(), page.height(), orientation),
                        orientation,
                        page::decode,
                        null);
            }
            case WEBP -> {
                WebpStructure webp = WebpStructure.of(encoded);
                Canvas canvas = webp.canvas();
                limits.checkSize(canvas.width(), canvas.height());
                limits.checkDensity((long) canvas.width() * canvas.height() * MAX_BANDS, encoded.length);
                int orientation = Orientation.ofWebp(encoded);
                yield new EncodedImage(
                        ImageHeader.of(type, canvas.width(), canvas.height(), orientation),
                        orientation,
                        () -> canvas.with(WebpDecoder.decode(webp)),
                        null);
            }
            case GIF -> {
                GifStructure gif = GifStructure.of(encoded);
                yield read(type, gif.essentials(), gif.canvas(), limits);
            }
            case BMP -> read(type, BmpStructure.essentials(encoded), null, limits);
        };
    }

    private static EncodedImage read(ImageType type, byte[] essentials, @Nullable Canvas canvas, ImageLimits limits)
            throws ImageRefusedException {
        ImageReader reader = ImageioReader.valueOf(type.name()).reader();
        boolean checked = false;
        try {
            // Since metadata is ignored, compressed text and colour profiles, which may be bombs, stay packed.
            reader.setInput(new EncodedBytes(essentials), false, true);
            int width = canvas == null ? reader.getWidth(0) : canvas.width();
            int height = canvas == null ? reader.getHeight(0) : canvas.height();
            limits.checkSize(width, height);
            Iterator<ImageTypeSpecifier> layouts = reader.getImageTypes(0);
            // A canvas that the frame doesn't fill has pixels of four bytes.
            boolean filled = reader.getWidth(0) == width && reader.getHeight(0) == height;
            int bands = filled && layouts.hasNext() ? layouts.next().getNumBands() : MAX_BANDS;
            limits.checkDensity((long) width * height * bands, essentials.length);
            checked = true;
            Pixels pixels = canvas == null ? () -> reader.read(0) : () -> canvas.with(reader.read(0));
            return new EncodedImage(new ImageHeader(type, width, height), Orientation.UPRIGHT, pixels, reader);
        } catch (IOException | RuntimeException e) {
            throw damaged(type, e);
        } finally {
            if (!checked) {
                reader.dispose();
            }
        }
    }

    public ImageHeader header() {
        return header;
    }

    /** Returns how the decoded pixels have to be turned, as {@link Orientation} numbers it. */
    int orientation() {
        return orientation;
    }

    /**
     * Decodes the pixels as they are stored. A warning of the readers of BMP and GIF is no damage: it concerns a palette that
     * is missing or has the wrong length.
     */
    public BufferedImage decode() throws ImageRefusedException {
        try {
            return pixels.decode();
        } catch (IOException | RuntimeException e) {
            throw damaged(header.type(), e);
        }
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.dispose();
        }
    }

    private static ImageRefusedException damaged(ImageType type, Throwable cause) {
        String message = cause instanceof EOFException ? "its data ends too early" : cause.getMessage();
        // Readers quote the file, whatever bytes it holds.
        String line = ForeignText.line(message == null ? cause.getClass().getSimpleName() : message);
        return new ImageRefusedException(ImageFault.DAMAGED, "the %s is damaged: %s".formatted(type, line));
    }
}
