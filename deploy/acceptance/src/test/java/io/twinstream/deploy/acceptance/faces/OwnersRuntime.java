package io.twinstream.deploy.acceptance.faces;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Stands for the program with which a model's owner runs it: plain ONNX Runtime and a preparation of its own, which shares no
 * code with the product. It takes red first, and (sample - mean) / std.
 */
public final class OwnersRuntime {
    private static final int PICTURES = 20;
    /** Shares of green and blue that tint a picture, so that the order of colours shows. */
    private static final double[] TINT = {1, 0.8, 0.6};

    private final Path model;
    private final int side;
    private final double mean;
    private final double std;

    public OwnersRuntime(Path model, int side, double mean, double std) {
        this.model = model;
        this.side = side;
        this.mean = mean;
        this.std = std;
    }

    /**
     * Writes pictures of some people, tinted, with the vectors that the model gives for them, and returns the file that names both.
     *
     * @param laidOut whether the pictures are written in the size of the input
     */
    public Path vectors(Path people, Path target, boolean laidOut) throws IOException, OrtException {
        Files.createDirectories(target);
        List<Path> files;
        try (Stream<Path> all = Files.walk(people)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        StringBuilder lines = new StringBuilder();
        // A process has one environment, and the product asks for it by this level and name.
        OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "twinstream");
        try (OrtSession session = environment.createSession(model.toString())) {
            for (int i = 0; i < PICTURES; i++) {
                BufferedImage picture = tinted(
                        ImageIO.read(files.get(i * files.size() / PICTURES).toFile()));
                BufferedImage written = laidOut ? image(stretched(picture)) : picture;
                String name = "golden-" + i + ".png";
                ImageIO.write(written, "png", target.resolve(name).toFile());
                lines.append("{\"image\": \"%s\", \"embedding\": %s}%n".formatted(name, run(session, written)));
            }
        }
        return Files.writeString(target.resolve("golden.jsonl"), lines);
    }

    private List<Float> run(OrtSession session, BufferedImage picture) throws OrtException {
        double[][][] samples = stretched(picture);
        float[] input = new float[3 * side * side];
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    input[(channel * side + y) * side + x] = (float) ((samples[channel][y][x] - mean) / std);
                }
            }
        }
        String name = session.getInputNames().iterator().next();
        try (OnnxTensor tensor = OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), FloatBuffer.wrap(input), new long[] {1, 3, side, side});
                OrtSession.Result result = session.run(Map.of(name, tensor))) {
            List<Float> vector = new ArrayList<>();
            for (float number : ((float[][]) result.get(0).getValue())[0]) {
                vector.add(number);
            }
            return vector;
        }
    }

    /** Stretches bilinearly between the centres of pixels, without rounding: {@code [channel][y][x]}. */
    private double[][][] stretched(BufferedImage picture) {
        double[][][] samples = new double[3][side][side];
        for (int y = 0; y < side; y++) {
            double down = Math.max(0, (y + 0.5) * picture.getHeight() / side - 0.5);
            int top = Math.min((int) down, picture.getHeight() - 1);
            int bottom = Math.min(top + 1, picture.getHeight() - 1);
            for (int x = 0; x < side; x++) {
                double right = Math.max(0, (x + 0.5) * picture.getWidth() / side - 0.5);
                int left = Math.min((int) right, picture.getWidth() - 1);
                int next = Math.min(left + 1, picture.getWidth() - 1);
                for (int channel = 0; channel < 3; channel++) {
                    int shift = 16 - 8 * channel;
                    double above = mixed(picture, left, next, top, right - left, shift);
                    double below = mixed(picture, left, next, bottom, right - left, shift);
                    samples[channel][y][x] = above + (down - top) * (below - above);
                }
            }
        }
        return samples;
    }

    private static double mixed(BufferedImage picture, int left, int next, int y, double part, int shift) {
        int first = picture.getRGB(left, y) >> shift & 255;
        int second = picture.getRGB(next, y) >> shift & 255;
        return first + part * (second - first);
    }

    private static BufferedImage tinted(BufferedImage gray) {
        BufferedImage tinted = new BufferedImage(gray.getWidth(), gray.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < gray.getHeight(); y++) {
            for (int x = 0; x < gray.getWidth(); x++) {
                int sample = gray.getRaster().getSample(x, y, 0);
                int rgb = 0;
                for (double share : TINT) {
                    rgb = rgb << 8 | (int) Math.round(share * sample);
                }
                tinted.setRGB(x, y, rgb);
            }
        }
        return tinted;
    }

    private static BufferedImage image(double[][][] samples) {
        int side = samples[0].length;
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    rgb = rgb << 8 | (int) Math.round(samples[channel][y][x]);
                }
                image.setRGB(x, y, rgb);
            }
        }
        return image;
    }
}
