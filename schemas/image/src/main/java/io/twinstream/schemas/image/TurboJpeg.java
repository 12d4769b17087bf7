package io.twinstream.schemas.image;

import static org.bytedeco.leptonica.global.leptonica.L_JPEG_CONTINUE_WITH_BAD_DATA;
import static org.bytedeco.leptonica.global.leptonica.L_JPEG_READ_LUMINANCE;
import static org.bytedeco.leptonica.global.leptonica.L_SEVERITY_NONE;
import static org.bytedeco.leptonica.global.leptonica.fopenWriteStream;
import static org.bytedeco.leptonica.global.leptonica.pixDestroy;
import static org.bytedeco.leptonica.global.leptonica.pixEndianByteSwap;
import static org.bytedeco.leptonica.global.leptonica.pixGetData;
import static org.bytedeco.leptonica.global.leptonica.pixGetDepth;
import static org.bytedeco.leptonica.global.leptonica.pixGetHeight;
import static org.bytedeco.leptonica.global.leptonica.pixGetWidth;
import static org.bytedeco.leptonica.global.leptonica.pixGetWpl;
import static org.bytedeco.leptonica.global.leptonica.pixReadMemJpeg;
import static org.bytedeco.leptonica.global.leptonica.setMsgSeverity;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.leptonica.PIX;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes JPEGs by libjpeg-turbo, which comes with Leptonica: whole, or at a half, a quarter or an eighth of their size by its
 * scaled inverse transform. So pixels that a model's input doesn't show are never computed. Safe for many threads.
 *
 * <p>Maintainers: Leptonica tells how often libjpeg warns, but not of what. Java's reader, which also is a libjpeg, tells a
 * file's first warning. So a harmless warning can be told from damage only where it is the only one; warnings behind the last
 * pixel don't count.
 */
final class TurboJpeg {
    private static final Logger log = LoggerFactory.getLogger(TurboJpeg.class);
    private static final int WORD = 4;
    private static final int GRAY_BITS = 8;
    private static final int COLOR_BITS = 32;
    /** Says whether the library could be loaded. */
    static final boolean LOADED = load();

    private TurboJpeg() {}

    /** Loads the library, unless it is loaded already, since this class is. */
    static void prepare() {}

    private static boolean load() {
        try {
            setMsgSeverity(L_SEVERITY_NONE);
            silence();
            return true;
        } catch (LinkageError e) {
            log.info(
                    "JPEGs are decoded by Java, which takes longer, since libjpeg-turbo can't be loaded here ({})",
                    e.toString());
            return false;
        }
    }

    /**
     * Keeps libjpeg's and libtiff's remarks about files off the standard error. They go to C's {@code stderr} past Leptonica's
     * setting; Java, the JVM and C++ write to the descriptor itself.
     */
    private static void silence() {
        Pointer stderr = Loader.addressof("stderr");
        Pointer nowhere = fopenWriteStream("/dev/null", "w");
        if (stderr != null && nowhere != null) {
            new PointerPointer<>(stderr).put(0, nowhere);
        }
    }

    /**
     * Decodes a picture.
     *
     * @param reduction the number by which the sides are divided: 1, 2, 4 or 8
     */
    static Picture read(JpegStructure jpeg, int channels, int reduction) throws ImageRefusedException {
        Picture picture = read(jpeg, jpeg.essentials(), channels, reduction);
        if (jpeg.mayBeCutOff()
                && !Arrays.equals(
                        picture.samples(), filledUp(jpeg, channels, reduction).samples())) {
            throw JpegStructure.damaged("its pixels end too early");
        }
        return picture;
    }

    /** Decodes a whole picture with other bytes behind its data. libjpeg warns of them, which says nothing about the picture. */
    private static Picture filledUp(JpegStructure jpeg, int channels, int reduction) throws ImageRefusedException {
        byte[] file = jpeg.filledUp();
        int hint = hint(jpeg, channels) | L_JPEG_CONTINUE_WITH_BAD_DATA;
        return picture(pixReadMemJpeg(file, file.length, 0, reduction, new int[1], hint), channels, true);
    }

    private static Picture read(JpegStructure jpeg, byte[] file, int channels, int reduction)
            throws ImageRefusedException {
        int hint = hint(jpeg, channels);
        int[] warnings = new int[1];
        PIX pix = pixReadMemJpeg(file, file.length, 0, reduction, warnings, hint);
        if ((pix == null || pix.isNull()) && warnings[0] == 1 && JavaJpeg.warnsOfNoDamage(jpeg)) {
            pix = pixReadMemJpeg(file, file.length, 0, reduction, warnings, hint | L_JPEG_CONTINUE_WITH_BAD_DATA);
            if (warnings[0] > 1) {
                pixDestroy(pix);
                pix = null;
            }
        }
        if ((pix == null || pix.isNull()) && warnings[0] > 0) {
            byte[] trimmed = jpeg.withoutFilling(file);
            pix = pixReadMemJpeg(trimmed, trimmed.length, 0, reduction, new int[1], hint);
        }
        return picture(pix, channels, warnings[0] > 0);
    }

    private static int hint(JpegStructure jpeg, int channels) {
        // libjpeg doesn't convert four components to luma.
        return channels == 1 && jpeg.colors().components < 4 ? L_JPEG_READ_LUMINANCE : 0;
    }

    /**
     * Takes a picture from Leptonica and frees its own.
     *
     * @param warned whether libjpeg warned, which says what kind of damage it is if there is no picture
     */
    private static Picture picture(@Nullable PIX pix, int channels, boolean warned) throws ImageRefusedException {
        if (pix == null || pix.isNull()) {
            throw JpegStructure.damaged(
                    warned ? "its pixels end too early, or are broken" : "its tables or scans are broken");
        }
        try {
            return switch (pixGetDepth(pix)) {
                case GRAY_BITS -> gray(pix, channels);
                case COLOR_BITS -> color(pix, channels);
                default -> throw JpegStructure.damaged("its pixels have %d bits".formatted(pixGetDepth(pix)));
            };
        } finally {
            pixDestroy(pix);
        }
    }

    /** Reads rows of 32-bit words, whose first pixel is the highest byte. */
    private static Picture gray(PIX pix, int channels) {
        int width = pixGetWidth(pix);
        int height = pixGetHeight(pix);
        int rowBytes = WORD * pixGetWpl(pix);
        pixEndianByteSwap(pix);
        ByteBuffer rows = data(pix, rowBytes * (long) height).asByteBuffer();
        byte[] samples = new byte[width * height];
        for (int y = 0; y < height; y++) {
            rows.get(y * rowBytes, samples, y * width, width);
        }
        return new Picture(width, height, channels, channels == 1 ? samples : repeated(samples, channels));
    }

    private static byte[] repeated(byte[] gray, int channels) {
        byte[] samples = new byte[gray.length * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = gray[i / channels];
        }
        return samples;
    }

    /** Reads a word for each pixel, whose highest byte is red. */
    private static Picture color(PIX pix, int channels) {
        int width = pixGetWidth(pix);
        int height = pixGetHeight(pix);
        byte[] samples = new byte[width * height * channels];
        SampleWriter out = new SampleWriter(samples, channels);
        int[] row = new int[width];
        IntBuffer rows = data(pix, WORD * (long) width * height)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
        for (int y = 0; y < height; y++) {
            rows.get(y * width, row);
            for (int pixel : row) {
                out.rgba(pixel >>> 24, pixel >> 16 & 255, pixel >> 8 & 255, 255);
            }
        }
        return new Picture(width, height, channels, samples);
    }

    private static BytePointer data(PIX pix, long bytes) {
        return new BytePointer(pixGetData(pix)).capacity(bytes);
    }
}
