package io.twinstream.schemas.image;

import io.twinstream.schemas.text.ForeignText;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import org.jspecify.annotations.Nullable;

/**
 * An encoded image, neither PNG nor JPEG, whose header has passed the limits and whose pixels are still to be decoded, by ImageIO or,
 * of TIFF and WebP, by what {@link TiffImage} and {@link WebpDecoder} say. For one thread.
 */
public final class EncodedImage implements AutoCloseable {
    /** A tile is decoded whole: one that is much larger than the picture is a bomb. */
    private static final int TILE_SLACK = 4;

    private static final int MAX_BITS = 8;
    private static final int MAX_BANDS = 4;

    private interface Pixels {
        BufferedImage decode() throws IOException, ImageRefusedException;
    }

    private final ImageHeader header;
    private final Pixels pixels;
    private final @Nullable ImageReader reader;

    private EncodedImage(ImageHeader header, Pixels pixels, @Nullable ImageReader reader) {
        this.header = header;
        this.pixels = pixels;
        this.reader = reader;
    }

    /**
     * Opens an image and checks its header.
     *
     * @throws ImageRefusedException with the fault, if the image is not to be taken
     */
    public static EncodedImage open(byte[] encoded, ImageLimits limits) throws ImageRefusedException {
        limits.checkBytes(encoded.length);
        ImageType type = ImageType.of(encoded);
        return switch (type) {
            case TIFF -> tiff(encoded, limits);
            case WEBP -> webp(encoded, limits);
            case GIF -> gif(encoded, limits);
            case BMP -> read(type, BmpStructure.essentials(encoded), limits, null);
            case PNG, JPEG -> throw new IllegalArgumentException(type + " has a decoder of its own");
        };
    }

    private static EncodedImage tiff(byte[] encoded, ImageLimits limits) throws ImageRefusedException {
        TiffImage page = TiffImage.open(encoded, limits);
        ImageHeader header = header(ImageType.TIFF, page.width(), page.height(), encoded);
        return new EncodedImage(header, page::decode, null);
    }

    private static EncodedImage webp(byte[] encoded, ImageLimits limits) throws ImageRefusedException {
        WebpStructure webp = WebpStructure.of(encoded);
        Canvas canvas = webp.canvas();
        limits.checkSize(canvas.width(), canvas.height());
        limits.checkDensity((long) canvas.width() * canvas.height() * MAX_BANDS, encoded.length);
        ImageHeader header = header(ImageType.WEBP, canvas.width(), canvas.height(), encoded);
        return new EncodedImage(header, () -> canvas.with(WebpDecoder.decode(webp)), null);
    }

    private static EncodedImage gif(byte[] encoded, ImageLimits limits) throws ImageRefusedException {
        GifStructure gif = GifStructure.of(encoded);
        Canvas canvas = gif.canvas();
        limits.checkSize(canvas.width(), canvas.height());
        limits.checkDensity((long) canvas.width() * canvas.height(), encoded.length);
        return read(ImageType.GIF, gif.essentials(), limits, canvas);
    }

    private static EncodedImage read(ImageType type, byte[] essentials, ImageLimits limits, @Nullable Canvas canvas)
            throws ImageRefusedException {
        ImageReader reader = Readers.valueOf(type.name()).reader();
        boolean checked = false;
        try {
            // Ignoring metadata keeps compressed text and colour profiles, which may be bombs, packed.
            reader.setInput(new EncodedBytes(essentials), false, true);
            int width = canvas == null ? reader.getWidth(0) : canvas.width();
            int height = canvas == null ? reader.getHeight(0) : canvas.height();
            limits.checkSize(width, height);
            checkTiles(reader, (long) width * height);
            limits.checkDensity(
                    (long) width * height * checkedLayout(type, reader).getNumBands(), essentials.length);
            checked = true;
            Pixels pixels = canvas == null ? () -> reader.read(0) : () -> canvas.with(reader.read(0));
            return new EncodedImage(new ImageHeader(type, width, height), pixels, reader);
        } catch (IOException | RuntimeException e) {
            throw damaged(type, e);
        } finally {
            if (!checked) {
                reader.dispose();
            }
        }
    }

    private static ImageHeader header(ImageType type, int width, int height, byte[] encoded) {
        return ImageHeader.of(type, width, height, Orientation.of(type, encoded));
    }

    public ImageHeader header() {
        return header;
    }

    /** Decodes the pixels. What a lenient reader only warns of, a cut-off file above all, is a fault here. */
    public BufferedImage decode() throws ImageRefusedException {
        List<String> complaints = new ArrayList<>();
        // Of BMP and GIF, whose pixels are counted before, readers warn of palettes only.
        if (reader != null && header.type() != ImageType.BMP && header.type() != ImageType.GIF) {
            reader.addIIOReadWarningListener((source, warning) -> complaints.add(warning));
        }
        try {
            BufferedImage picture = pixels.decode();
            if (!complaints.isEmpty()) {
                throw damaged(header.type(), complaints.get(0));
            }
            return picture;
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

    private static void checkTiles(ImageReader reader, long pixels) throws IOException, ImageRefusedException {
        long tile = (long) reader.getTileWidth(0) * reader.getTileHeight(0);
        if (tile > TILE_SLACK * Math.max(pixels, 1 << 16)) {
            throw new ImageRefusedException(
                    ImageFault.TOO_MANY_PIXELS, "a tile of the image claims %d pixels".formatted(tile));
        }
    }

    private static ImageTypeSpecifier checkedLayout(ImageType type, ImageReader reader)
            throws IOException, ImageRefusedException {
        Iterator<ImageTypeSpecifier> layouts = reader.getImageTypes(0);
        ImageTypeSpecifier layout = layouts.hasNext() ? layouts.next() : null;
        int colors =
                layout == null ? -1 : layout.getColorModel().getColorSpace().getType();
        if (layout == null || (colors != ColorSpace.TYPE_RGB && colors != ColorSpace.TYPE_GRAY)) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT,
                    "the image is neither gray nor RGB (but CMYK?): convert it to one of them");
        }
        if ((type != ImageType.BMP && layout.getBitsPerBand(0) > MAX_BITS) || layout.getNumBands() > MAX_BANDS) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT,
                    "the image has %d bands of %d bits, at most %d of %d are taken"
                            .formatted(layout.getNumBands(), layout.getBitsPerBand(0), MAX_BANDS, MAX_BITS));
        }
        return layout;
    }

    private static ImageRefusedException damaged(ImageType type, Throwable cause) {
        String message = cause instanceof EOFException ? "its data ends too early" : cause.getMessage();
        return damaged(type, message == null ? cause.getClass().getSimpleName() : message);
    }

    private static ImageRefusedException damaged(ImageType type, String how) {
        // Readers quote the file, whatever bytes it holds.
        String line = ForeignText.line(how);
        return new ImageRefusedException(ImageFault.DAMAGED, "the %s is damaged: %s".formatted(type, line));
    }
}
