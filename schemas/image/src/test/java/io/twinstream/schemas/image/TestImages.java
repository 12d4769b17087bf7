package io.twinstream.schemas.image;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Draws pictures and encodes them by ImageIO; WebP comes from files that {@code cwebp} made of such a picture. */
final class TestImages {
    private TestImages() {}

    static BufferedImage draw(int type, int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, type);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, width, height);
        pen.setColor(Color.BLACK);
        pen.setStroke(new BasicStroke(2));
        pen.drawLine(2, 3, width - 4, height - 3);
        pen.setColor(new Color(200, 30, 60));
        pen.drawOval(width / 5, height / 5, width / 2, height / 2);
        pen.dispose();
        return picture;
    }

    static byte[] encode(String format, BufferedImage picture) {
        return write(format, writer -> writer.write(picture));
    }

    /** Encodes with a kind of compression, as the writer names it. */
    static byte[] encode(String format, BufferedImage picture, String compression) {
        return write(format, writer -> {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionType(compression);
            writer.write(null, new IIOImage(picture, null, null), param);
        });
    }

    static byte[] encodeFrames(String format, List<BufferedImage> frames) {
        return write(format, writer -> {
            writer.prepareWriteSequence(null);
            for (BufferedImage frame : frames) {
                writer.writeToSequence(new IIOImage(frame, null, null), null);
            }
            writer.endWriteSequence();
        });
    }

    static byte[] encodeRaster(String format, Raster raster) {
        return write(format, writer -> writer.write(null, new IIOImage(raster, null, null), null));
    }

    static byte[] resource(String name) {
        try (InputStream file = TestImages.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(file, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Writing {
        void to(ImageWriter writer) throws IOException;
    }

    private static byte[] write(String format, Writing writing) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            writing.to(writer);
            output.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
