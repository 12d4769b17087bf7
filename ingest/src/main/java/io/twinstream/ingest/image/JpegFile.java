package io.twinstream.ingest.image;

import io.twinstream.schemas.image.Picture;
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
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes pictures as JPEG. */
final class JpegFile {
    private static final float QUALITY = 0.9f;

    private JpegFile() {}

    static byte[] of(Picture picture) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image(picture), null, null), param);
        } catch (IOException e) {
            throw new UncheckedIOException("memory has no disk to be full", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** The samples as they are, uncopied. */
    private static BufferedImage image(Picture picture) {
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
