package io.twinstream.schemas.image;

import static org.bytedeco.leptonica.global.leptonica.L_SEVERITY_NONE;
import static org.bytedeco.leptonica.global.leptonica.pixDestroy;
import static org.bytedeco.leptonica.global.leptonica.pixGetData;
import static org.bytedeco.leptonica.global.leptonica.pixGetDepth;
import static org.bytedeco.leptonica.global.leptonica.pixGetHeight;
import static org.bytedeco.leptonica.global.leptonica.pixGetSpp;
import static org.bytedeco.leptonica.global.leptonica.pixGetWidth;
import static org.bytedeco.leptonica.global.leptonica.pixReadMemWebP;
import static org.bytedeco.leptonica.global.leptonica.setMsgSeverity;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageReader;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.leptonica.PIX;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the first picture of a WebP by libwebp, which comes with Leptonica, or by TwelveMonkeys' reader where that can't be
 * loaded. Safe for many threads.
 *
 * <p>Maintainers: TwelveMonkeys' colours of lossy pictures are off by 3 to 8 levels in the mean, as it doesn't interpolate
 * chroma, and it can't read uncompressed alpha.
 */
final class WebpDecoder {
    private static final Logger log = LoggerFactory.getLogger(WebpDecoder.class);
    private static final int COLOR_BITS = 32;
    private static final int ALPHA_SAMPLES = 4;
    /**
     * Zeros that are put behind the file, since TwelveMonkeys' reader looks ahead by 8 bytes. The file's own length stands in
     * its header.
     */
    private static final int MARGIN = 16;

    private static final boolean LOADED = load();

    private WebpDecoder() {}

    private static boolean load() {
        try {
            setMsgSeverity(L_SEVERITY_NONE);
            return true;
        } catch (LinkageError e) {
            log.info(
                    "WebP pictures are decoded by Java, with less exact colours, since libwebp can't be loaded here ({})",
                    e.toString());
            return false;
        }
    }

    /** Decodes to RGB, or to ARGB where the picture has alpha; the size is the picture's, not the canvas's. */
    static BufferedImage decode(WebpStructure webp) throws IOException, ImageRefusedException {
        return LOADED ? byLibwebp(webp.essentials()) : byTwelveMonkeys(webp.essentials());
    }

    static BufferedImage byLibwebp(byte[] file) throws ImageRefusedException {
        PIX pix = pixReadMemWebP(file, file.length);
        if (pix == null || pix.isNull()) {
            throw WebpStructure.damaged("its data is broken, or ends too early");
        }
        try {
            if (pixGetDepth(pix) != COLOR_BITS) {
                throw WebpStructure.damaged("its pixels have %d bits".formatted(pixGetDepth(pix)));
            }
            int width = pixGetWidth(pix);
            int height = pixGetHeight(pix);
            boolean alpha = pixGetSpp(pix) == ALPHA_SAMPLES;
            BufferedImage picture =
                    new BufferedImage(width, height, alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
            IntBuffer words = new BytePointer(pixGetData(pix))
                    .capacity(4L * width * height)
                    .asByteBuffer()
                    .order(ByteOrder.nativeOrder())
                    .asIntBuffer();
            int[] row = new int[width];
            for (int y = 0; y < height; y++) {
                words.get(y * width, row);
                // In Leptonica's words red is the highest byte and alpha the lowest.
                for (int x = 0; x < width; x++) {
                    row[x] = Integer.rotateRight(row[x], 8);
                }
                picture.getRaster().setDataElements(0, y, width, 1, row);
            }
            return picture;
        } finally {
            pixDestroy(pix);
        }
    }

    static BufferedImage byTwelveMonkeys(byte[] file) throws IOException, ImageRefusedException {
        ImageReader reader = ImageioReader.WEBP.reader();
        List<String> complaints = new ArrayList<>();
        reader.addIIOReadWarningListener((source, warning) -> complaints.add(warning));
        try {
            reader.setInput(new EncodedBytes(Arrays.copyOf(file, file.length + MARGIN)), false, true);
            BufferedImage picture = reader.read(0);
            if (!complaints.isEmpty()) {
                throw WebpStructure.damaged(complaints.get(0));
            }
            return picture;
        } finally {
            reader.dispose();
        }
    }

    /** Returns the interleaved samples of a picture of a known size within another file. */
    static byte[] samples(byte[] file, int samples, int width, int height) throws IOException, ImageRefusedException {
        WebpStructure webp = WebpStructure.of(file);
        if (webp.width() != width || webp.height() != height) {
            throw new IOException("its strip or tile of %d x %d pixels is a WebP of %d x %d"
                    .formatted(width, height, webp.width(), webp.height()));
        }
        BufferedImage picture = decode(webp);
        byte[] unpacked = new byte[Math.multiplyExact(width * height, samples)];
        int[] row = new int[width];
        int to = 0;
        for (int y = 0; y < height; y++) {
            picture.getRGB(0, y, width, 1, row, 0, width);
            for (int argb : row) {
                unpacked[to++] = (byte) (argb >> 16);
                unpacked[to++] = (byte) (argb >> 8);
                unpacked[to++] = (byte) argb;
                if (samples == ALPHA_SAMPLES) {
                    unpacked[to++] = (byte) (argb >>> 24);
                }
            }
        }
        return unpacked;
    }
}
