package io.twinstream.ingest.image;

import io.twinstream.schemas.image.ImageHeader;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.text.Sha256;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Makes pictures smaller until they fit as JPEG: it averages areas, encodes, and tries again somewhat smaller where that takes
 * too many bytes. It never goes below the size that still shows a model everything.
 */
final class PictureFit {
    /** This is four times the input of common networks, which is up to 256 pixels; a smaller picture would show a model less. */
    private static final int LEAST_LONG_SIDE = 1024;

    /** Bytes that a pixel of a photograph takes at this quality, roughly; the first try goes by it. */
    private static final double BYTES_PER_PIXEL = 0.3;

    private static final float QUALITY = 0.9f;

    /** Share of the size that should just fit at which the next try is made, since bytes don't follow pixels exactly. */
    private static final double MARGIN = 0.97;

    private static final double LEAST_STEP = 0.95;

    private PictureFit() {}

    /** Returns the share of its sides, 0 to 1, at which a picture is tried first. */
    static double firstScale(ImageHeader header, int mostBytes) {
        double pixels = (double) header.width() * header.height();
        return Math.max(Math.min(1, Math.sqrt(mostBytes / (BYTES_PER_PIXEL * pixels))), leastScale(header));
    }

    /**
     * Makes of a picture the largest JPEG that fits, never larger than the picture.
     *
     * @param image the encoded picture as it came
     * @param whole the picture, decoded at the first scale or larger
     * @return empty if not even the smallest that shows a model everything fits
     */
    static Optional<Pictures.Fitted> fit(byte[] image, ImageHeader header, Picture whole, int mostBytes) {
        double scale = firstScale(header, mostBytes);
        double least = leastScale(header);
        int longSide = Math.max(header.width(), header.height());
        while (true) {
            double ofDecoded = Math.min(1, scale * longSide / Math.max(whole.width(), whole.height()));
            int width = Math.max(1, (int) Math.round(ofDecoded * whole.width()));
            int height = Math.max(1, (int) Math.round(ofDecoded * whole.height()));
            Picture smaller = ofDecoded == 1 ? whole : averaged(whole, width, height);
            byte[] bytes = jpeg(smaller);
            if (bytes.length <= mostBytes) {
                return Optional.of(new Pictures.Fitted(bytes, shrunk(image, header, bytes, smaller)));
            } else if (scale <= least) {
                return Optional.empty();
            }
            double next = scale * Math.min(LEAST_STEP, MARGIN * Math.sqrt((double) mostBytes / bytes.length));
            scale = Math.max(next, least);
        }
    }

    /** Returns the share of its sides below which a picture isn't made smaller. */
    private static double leastScale(ImageHeader header) {
        return Math.min(1, (double) LEAST_LONG_SIDE / Math.max(header.width(), header.height()));
    }

    private static Shrunk shrunk(byte[] image, ImageHeader header, byte[] sent, Picture smaller) {
        return new Shrunk(
                image.length,
                header.width(),
                header.height(),
                Sha256.of(image),
                sent.length,
                smaller.width(),
                smaller.height());
    }

    /**
     * Returns the picture made smaller: each new sample is the mean of the area that it stands for, parts of pixels included.
     *
     * @param width at most the picture's, as the height is
     */
    static Picture averaged(Picture picture, int width, int height) {
        int channels = picture.channels();
        float[] row = new float[picture.width() * channels];
        byte[] samples = new byte[width * height * channels];
        double step = (double) picture.height() / height;
        for (int y = 0; y < height; y++) {
            mean(picture, y * step, Math.min((y + 1) * step, picture.height()), row);
            across(row, picture.width(), channels, samples, y * width * channels, width);
        }
        return new Picture(width, height, channels, samples);
    }

    /** Writes the mean of the rows from one height to another. */
    private static void mean(Picture picture, double from, double to, float[] row) {
        Arrays.fill(row, 0);
        byte[] samples = picture.samples();
        for (int y = (int) from; y < to && y < picture.height(); y++) {
            float weight = (float) ((Math.min(y + 1, to) - Math.max(y, from)) / (to - from));
            int start = y * row.length;
            for (int i = 0; i < row.length; i++) {
                row[i] += weight * (samples[start + i] & 255);
            }
        }
    }

    private static void across(float[] row, int rowWidth, int channels, byte[] samples, int start, int width) {
        double step = (double) rowWidth / width;
        for (int x = 0; x < width; x++) {
            double from = x * step;
            double to = Math.min((x + 1) * step, rowWidth);
            for (int channel = 0; channel < channels; channel++) {
                double sum = 0;
                for (int i = (int) from; i < to && i < rowWidth; i++) {
                    sum += (Math.min(i + 1, to) - Math.max(i, from)) * row[i * channels + channel];
                }
                samples[start + x * channels + channel] = (byte) Math.round(sum / (to - from));
            }
        }
    }

    private static byte[] jpeg(Picture picture) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(uncopied(picture), null, null), param);
        } catch (IOException e) {
            throw new UncheckedIOException("memory has no disk to be full", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Wraps the picture's samples, uncopied, as Java's imaging wants them. */
    private static BufferedImage uncopied(Picture picture) {
        int channels = picture.channels();
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(picture.samples(), picture.samples().length),
                picture.width(),
                picture.height(),
                picture.width() * channels,
                channels,
                IntStream.range(0, channels).toArray(),
                null);
        ColorSpace space = ColorSpace.getInstance(channels == 1 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB);
        ComponentColorModel model =
                new ComponentColorModel(space, false, false, ComponentColorModel.OPAQUE, DataBuffer.TYPE_BYTE);
        return new BufferedImage(model, raster, false, null);
    }
}
