package io.twinstream.deploy.acceptance;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/**
 * From a picture's bytes to a model's input of 48 x 48, in processor time: a 105 x 105 PNG within 15 us, and a 1920 x
 * 1080 JPEG in a fifth of what {@code ImageIO.read} and drawing it smaller take in the same run. What reading and averaging take,
 * which leaves no pixel out either, is a figure beside it. The best of some rounds counts, as others' work on the machine only ever
 * adds to it.
 */
final class DecodeSpeed implements Check {
    private static final double MOST_PNG_MICROS = 15;
    private static final double LEAST_JPEG_GAIN = 5;
    private static final InputSpec INPUT = new InputSpec(48, 48, 1, true);
    private static final int ROUNDS = 40;
    private static final int PNGS = 10_000;
    private static final int JPEGS = 5;
    private static final int DISTINCT = 500;

    private final ImageDecoder decoder = ImageDecoder.overwriting(ImageLimits.DEFAULT);
    private final Preprocessor preprocessor = new Preprocessor(INPUT);
    private final FloatBuffer input = ByteBuffer.allocateDirect(INPUT.length() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();

    @Override
    public Result run(Path folder) throws IOException {
        List<byte[]> pngs = Images.read(folder).all().stream()
                .limit(DISTINCT)
                .map(Images.Drawing::png)
                .toList();
        byte[] jpeg = jpeg();
        ImageIO.setUseCache(false);
        double png = Double.MAX_VALUE;
        double ours = Double.MAX_VALUE;
        double averaging = Double.MAX_VALUE;
        double drawing = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            png = Math.min(png, micros(PNGS, i -> decode(pngs.get(i % DISTINCT))));
            ours = Math.min(ours, micros(JPEGS, i -> decode(jpeg)));
            averaging = Math.min(averaging, micros(1, i -> readAndAverage(jpeg)));
            drawing = Math.min(drawing, micros(1, i -> readAndDraw(jpeg)));
        }
        return new Result(
                png <= MOST_PNG_MICROS && drawing >= LEAST_JPEG_GAIN * ours,
                "a PNG of 105 x 105 takes %.1f us; a JPEG of 1920 x 1080 and %d KB %.1f ms, with ImageIO and averaging %.1f ms, %.1f times as long, with ImageIO and bilinear drawing %.1f ms, %.1f times"
                        .formatted(
                                png,
                                jpeg.length / 1_000,
                                ours / 1e3,
                                averaging / 1e3,
                                averaging / ours,
                                drawing / 1e3,
                                drawing / ours));
    }

    private interface Work {
        void on(int i);
    }

    private static double micros(int count, Work work) {
        long start = DecodingThreads.cpuNanos();
        for (int i = 0; i < count; i++) {
            work.on(i);
        }
        return (DecodingThreads.cpuNanos() - start) / 1e3 / count;
    }

    private void decode(byte[] encoded) {
        Decoded decoded = decoder.decode(encoded, INPUT);
        if (!(decoded instanceof Picture picture)) {
            throw new IllegalStateException(decoded.toString());
        }
        preprocessor.write(picture, input.clear());
    }

    private static void readAndAverage(byte[] encoded) {
        Image small = read(encoded).getScaledInstance(INPUT.width(), INPUT.height(), Image.SCALE_AREA_AVERAGING);
        draw(small, pen -> {});
    }

    private static void readAndDraw(byte[] encoded) {
        draw(
                read(encoded),
                pen -> pen.setRenderingHint(
                        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR));
    }

    private static void draw(Image image, Consumer<Graphics2D> hints) {
        BufferedImage small = new BufferedImage(INPUT.width(), INPUT.height(), BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = small.createGraphics();
        hints.accept(pen);
        pen.drawImage(image, 0, 0, INPUT.width(), INPUT.height(), null);
        pen.dispose();
    }

    private static BufferedImage read(byte[] encoded) {
        try {
            return ImageIO.read(new ByteArrayInputStream(encoded));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of shapes with some noise, as a camera's. */
    static byte[] jpeg() throws IOException {
        BufferedImage image = new BufferedImage(1920, 1080, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        Graphics2D pen = image.createGraphics();
        for (int i = 0; i < 400; i++) {
            pen.setColor(new Color(random.nextInt(1 << 24)));
            pen.fillOval(random.nextInt(1920), random.nextInt(1080), random.nextInt(200), random.nextInt(200));
        }
        pen.dispose();
        int[] samples = image.getRaster().getPixels(0, 0, 1920, 1080, (int[]) null);
        Arrays.setAll(samples, i -> Math.max(0, Math.min(255, samples[i] + random.nextInt(24) - 12)));
        image.getRaster().setPixels(0, 0, 1920, 1080, samples);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", bytes);
        return bytes.toByteArray();
    }
}
