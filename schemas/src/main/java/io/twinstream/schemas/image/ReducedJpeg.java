package io.twinstream.schemas.image;

import static org.bytedeco.leptonica.global.leptonica.L_JPEG_READ_LUMINANCE;
import static org.bytedeco.leptonica.global.leptonica.L_SEVERITY_NONE;
import static org.bytedeco.leptonica.global.leptonica.pixDestroy;
import static org.bytedeco.leptonica.global.leptonica.pixEndianByteSwap;
import static org.bytedeco.leptonica.global.leptonica.pixGetData;
import static org.bytedeco.leptonica.global.leptonica.pixGetDepth;
import static org.bytedeco.leptonica.global.leptonica.pixGetHeight;
import static org.bytedeco.leptonica.global.leptonica.pixGetWidth;
import static org.bytedeco.leptonica.global.leptonica.pixGetWpl;
import static org.bytedeco.leptonica.global.leptonica.pixReadMemJpeg;
import static org.bytedeco.leptonica.global.leptonica.setMsgSeverity;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.leptonica.PIX;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gray JPEGs at a half, a quarter or an eighth of their size, by libjpeg-turbo's scaled inverse transform: what a model's input
 * doesn't show is never computed. Where its library can't be loaded, nothing is taken. Safe for many threads.
 *
 * <p>Maintainers: libjpeg warns of a file that is cut off or damaged and goes on; Leptonica, asked for nothing else, then fails.
 */
public final class ReducedJpeg {
    private static final Logger log = LoggerFactory.getLogger(ReducedJpeg.class);
    private static final int MOST_REDUCTION = 8;
    /** Source pixels that stay for each of the input's, since its areas don't end where blocks do. */
    private static final int LEFT = 4;

    private static final int WORD = 4;
    private static final int GRAY_BITS = 8;
    private static final boolean LOADED = load();

    private ReducedJpeg() {}

    private static boolean load() {
        try {
            setMsgSeverity(L_SEVERITY_NONE);
            return true;
        } catch (LinkageError e) {
            log.info("large JPEGs are decoded whole, which takes longer: no libjpeg-turbo here ({})", e.toString());
            return false;
        }
    }

    /** By what a picture's sides may be divided for a model: 1, which is not at all, 2, 4 or 8. */
    public static int reduction(ImageHeader header, InputSpec input) {
        int reduction = 1;
        if (header.type() == ImageType.JPEG && input.channels() == 1 && LOADED) {
            while (reduction < MOST_REDUCTION
                    && shows(header.width(), 2 * reduction, input.width())
                    && shows(header.height(), 2 * reduction, input.height())) {
                reduction *= 2;
            }
        }
        return reduction;
    }

    /** A side that isn't a multiple would be rounded up, and what is behind the picture shown with it. */
    private static boolean shows(int side, int reduction, int target) {
        return side % reduction == 0 && side / reduction >= LEFT * target;
    }

    static Picture read(byte[] encoded, int reduction) throws ImageRefusedException {
        PIX pix = pixReadMemJpeg(encoded, encoded.length, 0, reduction, new int[1], L_JPEG_READ_LUMINANCE);
        if (pix == null || pix.isNull()) {
            throw damaged("its data is broken, or ends too early");
        }
        try {
            if (pixGetDepth(pix) != GRAY_BITS) {
                throw damaged("its pixels have %d bits".formatted(pixGetDepth(pix)));
            }
            return picture(pix);
        } finally {
            pixDestroy(pix);
        }
    }

    /** Rows of 32-bit words, whose first pixel is the highest byte. */
    private static Picture picture(PIX pix) {
        int width = pixGetWidth(pix);
        int height = pixGetHeight(pix);
        int rowBytes = WORD * pixGetWpl(pix);
        pixEndianByteSwap(pix);
        ByteBuffer rows = new BytePointer(pixGetData(pix))
                .capacity((long) rowBytes * height)
                .asByteBuffer();
        byte[] samples = new byte[width * height];
        for (int y = 0; y < height; y++) {
            rows.get(y * rowBytes, samples, y * width, width);
        }
        return new Picture(width, height, 1, samples);
    }

    private static ImageRefusedException damaged(String how) {
        return new ImageRefusedException(ImageFault.DAMAGED, "the JPEG is damaged: " + how);
    }
}
