package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.DecodingThreads;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/**
 * Measures the way from a picture's bytes to a model's input of 48 x 48, in processor time: a 105 x 105 PNG within 15 us, and
 * JPEGs of 640 x 480 and of 1920 x 1080 within 1.2 times what {@code djpeg} takes at the same scale. What {@code djpeg} takes
 * is its own processor time, as the shell's {@code times} tells it, for a picture of twenty such below one another, less that
 * for one of 16 x 16, by twenty; so its start counts for nothing. The inputs of whole and reduced decoding differ by 2 of 255
 * levels at most in the mean; by how much single values do is a figure. A JPEG of 1920 x 1080 is in a fifth of what {@code
 * ImageIO.read} and drawing it smaller take in the same run, which is out of reach where Java decodes by libjpeg-turbo too, as
 * Debian's does. The best of some rounds counts, as others' work on the machine only ever adds to it.
 */
public final class DecodeSpeed implements AcceptanceCheck {
    private static final double MOST_PNG_MICROS = 15;
    private static final double MOST_OF_DJPEG = 1.2;
    private static final double LEAST_JPEG_GAIN = 5;
    private static final double MOST_LEVELS = 2;
    private static final int TALL = 20;
    private static final int RUNS = 10;
    /** One in so many rounds times {@code djpeg} too, which runs as often in it as a fair minimum takes. */
    private static final int ROUNDS_OF_DJPEG = 4;

    private static final InputSpec INPUT = new InputSpec(48, 48, 1, true);
    private static final int ROUNDS = 40;
    private static final int PNGS = 10_000;
    private static final int JPEGS = 5;
    private static final int SMALL_JPEGS = 50;
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
        byte[] small = jpeg(640, 480, 1);
        byte[] jpeg = jpeg();
        ImageIO.setUseCache(false);
        double png = Double.MAX_VALUE;
        double smaller = Double.MAX_VALUE;
        double ours = Double.MAX_VALUE;
        double averaging = Double.MAX_VALUE;
        double drawing = Double.MAX_VALUE;
        double smallerByDjpeg;
        double byDjpeg;
        try (Djpeg djpegOfSmall = new Djpeg(640, 480, "1/2");
                Djpeg djpegOfLarge = new Djpeg(1920, 1080, "1/4")) {
            for (int round = 0; round < ROUNDS; round++) {
                png = Math.min(png, micros(PNGS, i -> decode(pngs.get(i % DISTINCT))));
                smaller = Math.min(smaller, micros(SMALL_JPEGS, i -> decode(small)));
                ours = Math.min(ours, micros(JPEGS, i -> decode(jpeg)));
                averaging = Math.min(averaging, micros(1, i -> readAndAverage(jpeg)));
                drawing = Math.min(drawing, micros(1, i -> readAndDraw(jpeg)));
                if (round % ROUNDS_OF_DJPEG == 0) {
                    djpegOfSmall.round();
                    djpegOfLarge.round();
                }
            }
            smallerByDjpeg = djpegOfSmall.micros();
            byDjpeg = djpegOfLarge.micros();
        }
        double[] ofSmall = levels(small);
        double[] ofLarge = levels(jpeg);
        double mean = Math.max(ofSmall[0], ofLarge[0]);
        return new Result(
                png <= MOST_PNG_MICROS
                        && smaller <= MOST_OF_DJPEG * smallerByDjpeg
                        && ours <= MOST_OF_DJPEG * byDjpeg
                        && drawing >= LEAST_JPEG_GAIN * ours
                        && mean <= MOST_LEVELS,
                "a PNG of 105 x 105 takes %.1f us; a JPEG of 640 x 480 and %d KB %.2f ms, %.2f times what djpeg takes; one of 1920 x 1080 and %d KB %.2f ms, %.2f times; ImageIO and averaging take %.1f ms, ImageIO and bilinear drawing %.1f ms, %.1f times as long as ours (bar 5); inputs of whole and reduced decoding differ by %.2f levels in the mean, %.2f at most"
                        .formatted(
                                png,
                                small.length / 1_000,
                                smaller / 1e3,
                                smaller / smallerByDjpeg,
                                jpeg.length / 1_000,
                                ours / 1e3,
                                ours / byDjpeg,
                                averaging / 1e3,
                                drawing / 1e3,
                                drawing / ours,
                                mean,
                                Math.max(ofSmall[1], ofLarge[1])));
    }

    /** Times {@code djpeg} on one picture at one scale, in rounds that take turns with ours. */
    private static final class Djpeg implements AutoCloseable {
        private final Path tall;
        private final Path tiny;
        private final String scale;
        private double best = Double.MAX_VALUE;
        private double start = Double.MAX_VALUE;

        Djpeg(int width, int height, String scale) throws IOException {
            this.tall = Files.write(Files.createTempFile("tall", ".jpg"), jpeg(width, height, TALL));
            this.tiny = Files.write(Files.createTempFile("tiny", ".jpg"), jpeg(16, 16, 1));
            this.scale = scale;
        }

        void round() throws IOException {
            best = Math.min(best, seconds(tall));
            start = Math.min(start, seconds(tiny));
        }

        /** Returns what it takes for the picture once it has started. */
        double micros() {
            return (best - start) / TALL * 1e6;
        }

        /** Returns the processor time of the shell's children in the last line of {@code times}: {@code 0m0.061s 0m0.012s}. */
        private double seconds(Path jpeg) throws IOException {
            String runs = "for i in {1..%d}; do djpeg -grayscale -scale %s -outfile /dev/null %s || exit; done; times"
                    .formatted(RUNS, scale, jpeg);
            Process process = new ProcessBuilder("bash", "-c", runs)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            if (lines.isEmpty()) {
                throw new IOException("djpeg doesn't run: install libjpeg-turbo's programs");
            }
            double seconds = 0;
            for (String time : lines.get(lines.size() - 1).split(" ")) {
                String[] parts = time.replace("s", "").replace(',', '.').split("m");
                seconds += 60 * Double.parseDouble(parts[0]) + Double.parseDouble(parts[1]);
            }
            return seconds / RUNS;
        }

        @Override
        public void close() throws IOException {
            Files.delete(tall);
            Files.delete(tiny);
        }
    }

    /** Returns by how much the values of the input differ, decoded whole and reduced: in the mean, and at most. */
    private double[] levels(byte[] jpeg) {
        float[] reduced = values(decoder.decode(jpeg, INPUT));
        float[] whole = values(decoder.decode(jpeg, 1));
        double sum = 0;
        double most = 0;
        for (int i = 0; i < whole.length; i++) {
            double levels = 255 * Math.abs(whole[i] - reduced[i]);
            sum += levels;
            most = Math.max(most, levels);
        }
        return new double[] {sum / whole.length, most};
    }

    private float[] values(Decoded decoded) {
        float[] values = new float[INPUT.length()];
        write(decoded);
        input.flip().get(values);
        return values;
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
        write(decoder.decode(encoded, INPUT));
    }

    private void write(Decoded decoded) {
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

    /** Returns a JPEG of 1920 x 1080. */
    public static byte[] jpeg() throws IOException {
        return jpeg(1920, 1080, 1);
    }

    /** Returns a JPEG of shapes with some noise, as a camera's, with so many of them below one another, all alike. */
    private static byte[] jpeg(int width, int height, int count) throws IOException {
        BufferedImage image = new BufferedImage(width, height * count, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        Graphics2D pen = image.createGraphics();
        int most = Math.max(1, width * 200 / 1920);
        for (int i = 0; i < 400; i++) {
            pen.setColor(new Color(random.nextInt(1 << 24)));
            pen.fillOval(random.nextInt(width), random.nextInt(height), random.nextInt(most), random.nextInt(most));
        }
        pen.dispose();
        int[] samples = image.getRaster().getPixels(0, 0, width, height, (int[]) null);
        Arrays.setAll(samples, i -> Math.max(0, Math.min(255, samples[i] + random.nextInt(24) - 12)));
        for (int i = 0; i < count; i++) {
            image.getRaster().setPixels(0, i * height, width, height, samples);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", bytes);
        return bytes.toByteArray();
    }
}
