package io.twinstream.schemas.image;

import io.twinstream.schemas.text.ForeignText;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;

/**
 * An encoded image, neither PNG nor JPEG, whose header has passed the limits and whose pixels are still to be decoded, by Java's
 * ImageIO with TwelveMonkeys' WebP reader. For one thread.
 */
public final class EncodedImage implements AutoCloseable {
    /** A tile is decoded whole: one that is much larger than the picture is a bomb. */
    private static final int TILE_SLACK = 4;

    /** Zeros behind a WebP, since its reader looks ahead by 8 bytes. What belongs to the file stands in its header. */
    private static final int MARGIN = 16;

    private static final int GIF_SCREEN_END = 10;
    private static final int MAX_BITS = 8;
    private static final int MAX_BANDS = 4;

    private final ImageReader reader;
    private final ImageHeader header;

    private EncodedImage(ImageReader reader, ImageHeader header) {
        this.reader = reader;
        this.header = header;
    }

    /**
     * Opens an image and checks its header.
     *
     * @throws ImageRefusedException with the fault, if the image is not to be taken
     */
    public static EncodedImage open(byte[] encoded, ImageLimits limits) throws ImageRefusedException {
        limits.checkBytes(encoded.length);
        ImageType type = ImageType.of(encoded);
        byte[] essentials = Structure.essentials(type, encoded);
        if (type == ImageType.GIF) {
            checkScreen(essentials, limits);
        }
        ImageReader reader = ImageIO.getImageReadersByFormatName(type.name().toLowerCase(Locale.ROOT))
                .next();
        boolean checked = false;
        try {
            EncodedBytes stream = new EncodedBytes(
                    type == ImageType.WEBP ? Arrays.copyOf(essentials, essentials.length + MARGIN) : essentials);
            // Ignoring metadata keeps compressed text and colour profiles, which may be bombs, packed.
            reader.setInput(stream, false, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            limits.checkSize(width, height);
            checkTiles(reader, (long) width * height);
            limits.checkDensity(samples(type, reader, (long) width * height), essentials.length);
            checkFrames(reader);
            checked = true;
            return new EncodedImage(reader, ImageHeader.of(type, width, height, Orientation.of(type, encoded)));
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

    /** Decodes the pixels. What a lenient reader only warns of, a cut-off file above all, is a fault here. */
    public BufferedImage decode() throws ImageRefusedException {
        List<String> complaints = new ArrayList<>();
        reader.addIIOReadWarningListener((source, warning) -> complaints.add(warning));
        try {
            BufferedImage picture = reader.read(0);
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
        reader.dispose();
    }

    /** The reader gives the frame's size; a GIF is as large as the screen that its frame lies on. */
    private static void checkScreen(byte[] gif, ImageLimits limits) throws ImageRefusedException {
        if (gif.length >= GIF_SCREEN_END) {
            ByteBuffer screen = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
            limits.checkSize(screen.getShort(6) & 0xffff, screen.getShort(8) & 0xffff);
        }
    }

    private static void checkTiles(ImageReader reader, long pixels) throws IOException, ImageRefusedException {
        long tile = (long) reader.getTileWidth(0) * reader.getTileHeight(0);
        if (tile > TILE_SLACK * Math.max(pixels, 1 << 16)) {
            throw new ImageRefusedException(
                    ImageFault.TOO_MANY_PIXELS, "a tile of the image claims %d pixels".formatted(tile));
        }
    }

    /** Samples that decoding makes of the picture. */
    private static long samples(ImageType type, ImageReader reader, long pixels)
            throws IOException, ImageRefusedException {
        int bands = checkedLayout(reader).getNumBands();
        return pixels * (type == ImageType.WEBP ? MAX_BANDS : bands);
    }

    private static ImageTypeSpecifier checkedLayout(ImageReader reader) throws IOException, ImageRefusedException {
        Iterator<ImageTypeSpecifier> layouts = reader.getImageTypes(0);
        ImageTypeSpecifier layout = layouts.hasNext() ? layouts.next() : null;
        int colors =
                layout == null ? -1 : layout.getColorModel().getColorSpace().getType();
        if (layout == null || (colors != ColorSpace.TYPE_RGB && colors != ColorSpace.TYPE_GRAY)) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT,
                    "the image is neither gray nor RGB (but CMYK?): convert it to one of them");
        }
        if (layout.getBitsPerBand(0) > MAX_BITS || layout.getNumBands() > MAX_BANDS) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT,
                    "the image has %d bands of %d bits, at most %d of %d are taken"
                            .formatted(layout.getNumBands(), layout.getBitsPerBand(0), MAX_BANDS, MAX_BITS));
        }
        return layout;
    }

    private static void checkFrames(ImageReader reader) throws IOException, ImageRefusedException {
        int frames = reader.getNumImages(true);
        if (frames > 1) {
            throw new ImageRefusedException(
                    ImageFault.SEVERAL_FRAMES,
                    "the image has %d frames or pages: send the one that is meant".formatted(frames));
        }
    }

    private static ImageRefusedException damaged(ImageType type, Throwable cause) {
        String message = cause.getMessage();
        return damaged(type, message == null ? cause.getClass().getSimpleName() : message);
    }

    private static ImageRefusedException damaged(ImageType type, String how) {
        // Readers quote the file, whatever bytes it holds.
        String line = ForeignText.line(how);
        return new ImageRefusedException(ImageFault.DAMAGED, "the %s is damaged: %s".formatted(type, line));
    }
}
