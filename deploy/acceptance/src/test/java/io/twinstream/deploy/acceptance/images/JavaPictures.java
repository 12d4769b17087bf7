package io.twinstream.deploy.acceptance.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.images.PictureKind.Source;
import io.twinstream.deploy.acceptance.images.PictureSources.Form;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.plugins.bmp.BMPImageWriteParam;
import javax.imageio.stream.ImageOutputStream;
import org.jspecify.annotations.Nullable;

/** Makes pictures by Java's own writers, and of layouts that no program of Debian's writes. */
final class JavaPictures {
    private static final String JPEG = "javax_imageio_jpeg_image_1.0";
    private static final int LEAST_QUALITY = 30;
    private static final int THUMBNAIL = 120;

    private JavaPictures() {}

    /**
     * Returns a JPEG as Java writes it, at a quality of 30 to 100 %, with a restart marker behind so many blocks, or none for
     * 0.
     */
    static byte[] jpeg(Source source, Form form, boolean progressive, int restart) throws IOException {
        BufferedImage image =
                as(source.picture(), form == Form.GRAY ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality((LEAST_QUALITY + source.number() * 7 % 71) / 100f);
        how.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), how);
        if (restart > 0) {
            IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(JPEG);
            IIOMetadataNode interval = new IIOMetadataNode("dri");
            interval.setAttribute("interval", Integer.toString(restart));
            root.getLastChild().insertBefore(interval, root.getLastChild().getFirstChild());
            metadata.setFromTree(JPEG, root);
        }
        return written(writer, new IIOImage(image, null, metadata), how);
    }

    /** Returns a small JPEG of the same picture, as cameras put into EXIF. */
    static byte[] thumbnail(Source source) throws IOException {
        BufferedImage small = new BufferedImage(THUMBNAIL, THUMBNAIL, BufferedImage.TYPE_INT_RGB);
        small.getGraphics().drawImage(source.picture(), 0, 0, THUMBNAIL, THUMBNAIL, null);
        return jpeg(new Source(small, source.number()), Form.COLOR, false, 0);
    }

    /**
     * Returns a JPEG of four components as Adobe's programs store them: YCbCr of red, green and blue less black, all of it
     * inverted.
     */
    static byte[] ycck(Source source) throws IOException {
        BufferedImage picture = source.picture();
        WritableRaster raster = Raster.createInterleavedRaster(0, picture.getWidth(), picture.getHeight(), 4, null);
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                int rgb = picture.getRGB(x, y);
                double light = Math.max(1, Math.max(rgb >> 16 & 255, Math.max(rgb >> 8 & 255, rgb & 255))) / 255.0;
                double r = (rgb >> 16 & 255) / light;
                double g = (rgb >> 8 & 255) / light;
                double b = (rgb & 255) / light;
                raster.setPixel(x, y, new int[] {
                    clamped(0.299 * r + 0.587 * g + 0.114 * b),
                    clamped(128 - 0.168736 * r - 0.331264 * g + 0.5 * b),
                    clamped(128 + 0.5 * r - 0.418688 * g - 0.081312 * b),
                    clamped(255 * light)
                });
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality((LEAST_QUALITY + source.number() * 7 % 71) / 100f);
        byte[] plain = written(writer, new IIOImage(raster, null, null), how);
        byte[] bare = PictureEdits.withoutSegments(PictureEdits.withoutSegments(plain, 0xe0), 0xee);
        byte[] adobe = PictureEdits.segment(0xee, "Adobe\0\u0064\0\0\0\0\u0002".getBytes(ISO_8859_1));
        return PictureEdits.inserted(bare, 2, adobe);
    }

    private static int clamped(double value) {
        return (int) Math.max(0, Math.min(255, Math.round(value)));
    }

    /** Returns what a line of shell makes of a file. */
    static byte[] pipe(byte[] file, String line) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", line)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        CompletableFuture<Void> fed = CompletableFuture.runAsync(() -> {
            try (var in = process.getOutputStream()) {
                in.write(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        byte[] result = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IOException("%s: exit %d".formatted(line, process.exitValue()));
        }
        fed.join();
        return result;
    }

    static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] deflated = new byte[bytes.length + 100];
        return Arrays.copyOf(deflated, deflater.deflate(deflated));
    }

    /** Returns a simple WebP made an extended one (RFC 9649, 2.7), with a profile before and EXIF behind its pixels. */
    static byte[] withWebpChunks(
            byte[] webp, BufferedImage picture, boolean alpha, byte[] exif, byte @Nullable [] profile) {
        byte[] pixels = Arrays.copyOfRange(webp, 12, webp.length);
        ByteBuffer header = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        header.put((byte) (8 | (alpha ? 16 : 0) | (profile == null ? 0 : 32))).put(new byte[3]);
        for (int side : new int[] {picture.getWidth() - 1, picture.getHeight() - 1}) {
            header.put((byte) side).put((byte) (side >> 8)).put((byte) (side >> 16));
        }
        byte[] chunks = PictureEdits.joined(
                riffChunk("VP8X", header.array()),
                profile == null ? new byte[0] : riffChunk("ICCP", profile),
                pixels,
                riffChunk("EXIF", exif));
        return PictureEdits.joined(riffChunk("RIFF", PictureEdits.joined("WEBP".getBytes(ISO_8859_1), chunks)));
    }

    private static byte[] riffChunk(String type, byte[] data) {
        return ByteBuffer.allocate(8 + data.length + data.length % 2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(type.getBytes(UTF_8))
                .putInt(data.length)
                .put(data)
                .array();
    }

    private static BufferedImage as(BufferedImage picture, int type) {
        BufferedImage image = new BufferedImage(picture.getWidth(), picture.getHeight(), type);
        image.getGraphics().drawImage(picture, 0, 0, null);
        return image;
    }

    private static byte[] written(ImageWriter writer, IIOImage image, @Nullable ImageWriteParam how)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(stream);
            writer.write(null, image, how);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Lists kinds of BMP beside those that Debian's programs write. */
    enum Bmp {
        /** Written by Java's writer, with the first row first. */
        TOP_DOWN(Form.COLOR) {
            @Override
            byte[] file(BufferedImage picture) throws IOException {
                return byJava(as(picture, BufferedImage.TYPE_3BYTE_BGR), "BI_RGB", true);
            }
        },
        GRAY_TOP_DOWN(Form.GRAY) {
            @Override
            byte[] file(BufferedImage picture) throws IOException {
                return byJava(as(picture, BufferedImage.TYPE_BYTE_GRAY), "BI_RGB", true);
            }
        },
        RLE8(Form.GRAY) {
            @Override
            byte[] file(BufferedImage picture) throws IOException {
                return byJava(as(picture, BufferedImage.TYPE_BYTE_GRAY), "BI_RLE8", false);
            }
        },
        RLE4(Form.GRAY) {
            @Override
            byte[] file(BufferedImage picture) throws IOException {
                byte[] shades = new byte[16];
                for (int i = 0; i < 16; i++) {
                    shades[i] = (byte) (17 * i);
                }
                IndexColorModel colors = new IndexColorModel(4, 16, shades, shades, shades);
                BufferedImage image = new BufferedImage(
                        picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_BYTE_BINARY, colors);
                image.getGraphics().drawImage(picture, 0, 0, null);
                return byJava(image, "BI_RLE4", false);
            }
        },
        BITFIELDS_565(Form.COLOR) {
            @Override
            byte[] file(BufferedImage picture) throws IOException {
                return byJava(as(picture, BufferedImage.TYPE_USHORT_565_RGB), "BI_BITFIELDS", false);
            }
        },
        /** Of 32 bits, whose fourth byte is 0 everywhere. */
        ALPHA_OF_ZEROS(Form.COLOR) {
            @Override
            byte[] file(BufferedImage picture) {
                return of(picture, 40, false, 0);
            }
        },
        /** Of 32 bits, whose fourth byte is 0 everywhere, with a header that says that it is alpha. */
        V5_ALPHA_OF_ZEROS(Form.COLOR) {
            @Override
            byte[] file(BufferedImage picture) {
                return of(picture, 124, false, 0, 0xff0000, 0xff00, 0xff, 0xff000000);
            }
        },
        V5_OPAQUE_TOP_DOWN(Form.COLOR) {
            @Override
            byte[] file(BufferedImage picture) {
                return of(picture, 124, true, 255, 0xff0000, 0xff00, 0xff, 0xff000000);
            }
        },
        V4_OF_ODD_MASKS(Form.COLOR) {
            @Override
            byte[] file(BufferedImage picture) {
                return of(picture, 108, false, 0, 0xff, 0xff00, 0xff0000, 0);
            }
        },
        /** With masks behind a header of 40 bytes. */
        BITFIELDS_888(Form.COLOR) {
            @Override
            byte[] file(BufferedImage picture) {
                return of(picture, 40, true, 0, 0xff00, 0xff0000, 0xff000000);
            }
        };

        final Form form;

        Bmp(Form form) {
            this.form = form;
        }

        abstract byte[] file(BufferedImage picture) throws IOException;

        private static byte[] byJava(BufferedImage image, String compression, boolean topDown) throws IOException {
            ImageWriter writer = ImageIO.getImageWritersByFormatName("bmp").next();
            BMPImageWriteParam how = new BMPImageWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionType(compression);
            how.setTopDown(topDown);
            return written(writer, new IIOImage(image, List.of(), null), how);
        }

        /** Returns a BMP of 32 bits a pixel: red, green and blue lie where the masks say, or as usual. */
        private static byte[] of(BufferedImage picture, int header, boolean topDown, int fourth, int... masks) {
            int width = picture.getWidth();
            int height = picture.getHeight();
            int offset = 14 + header + (header == 40 ? 4 * masks.length : 0);
            ByteBuffer file = ByteBuffer.allocate(offset + 4 * width * height).order(ByteOrder.LITTLE_ENDIAN);
            file.put("BM".getBytes(UTF_8)).putInt(file.capacity()).putInt(0).putInt(offset);
            file.putInt(header).putInt(width).putInt(topDown ? -height : height);
            file.putShort((short) 1).putShort((short) 32).putInt(masks.length > 0 ? 3 : 0);
            file.putInt(4 * width * height).putInt(2835).putInt(2835).putInt(0).putInt(0);
            for (int mask : masks) {
                file.putInt(mask);
            }
            if (header > 40) {
                file.putInt(0x73524742);
            }
            file.position(offset);
            for (int i = 0; i < height; i++) {
                int y = topDown ? i : height - 1 - i;
                for (int x = 0; x < width; x++) {
                    int rgb = picture.getRGB(x, y) & 0xffffff;
                    int pixel = masks.length == 0
                            ? rgb | fourth << 24
                            : at(rgb >> 16, masks[0]) | at(rgb >> 8, masks[1]) | at(rgb, masks[2]);
                    file.putInt(masks.length == 4 && masks[3] != 0 ? pixel | at(fourth, masks[3]) : pixel);
                }
            }
            return file.array();
        }

        private static int at(int value, int mask) {
            return (value & 255) << Integer.numberOfTrailingZeros(mask);
        }
    }
}
