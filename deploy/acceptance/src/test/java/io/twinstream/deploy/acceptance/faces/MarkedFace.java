package io.twinstream.deploy.acceptance.faces;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;

/**
 * A marked face is one of the shared pictures, with the places of its eyes. Where they lie is known from elsewhere than the
 * product; {@code eyes.csv} says how.
 *
 * @param person the name of the person's folder
 * @param picture the name of the picture in it, without its ending
 * @param gray samples from 0 to 255, {@code [y][x]}
 */
record MarkedFace(String person, String picture, int[][] gray, Eyes eyes) {
    private static final String MARKS = "/faces/eyes.csv";

    /** Eyes are the centres of both, in pixels from the left and upper edge of a picture; the one on the left first. */
    record Eyes(double leftX, double leftY, double rightX, double rightY) {
        double distance() {
            return Math.hypot(rightX - leftX, rightY - leftY);
        }

        double middleX() {
            return (leftX + rightX) / 2;
        }

        double middleY() {
            return (leftY + rightY) / 2;
        }

        /** Returns how far the farther one of two others lies from its own, in distances of these eyes. */
        double error(Eyes others) {
            double left = Math.hypot(others.leftX - leftX, others.leftY - leftY);
            double right = Math.hypot(others.rightX - rightX, others.rightY - rightY);
            return Math.max(left, right) / distance();
        }

        /** Returns how far the middle of two others lies from the middle of these, in distances of these eyes. */
        double apart(Eyes others) {
            return Math.hypot(others.middleX() - middleX(), others.middleY() - middleY()) / distance();
        }
    }

    int width() {
        return gray[0].length;
    }

    int height() {
        return gray.length;
    }

    /** Reads all faces whose eyes are marked, in the order of their names. */
    static List<MarkedFace> read(Path folder) throws IOException {
        List<MarkedFace> faces = new ArrayList<>();
        try (InputStream marks = Objects.requireNonNull(MarkedFace.class.getResourceAsStream(MARKS), MARKS)) {
            for (String line : new String(marks.readAllBytes(), UTF_8).lines().toList()) {
                if (!line.startsWith("#")) {
                    faces.add(read(folder, line.split(",", -1)));
                }
            }
        }
        return faces;
    }

    private static MarkedFace read(Path folder, String[] marked) throws IOException {
        String[] names = marked[0].split("/", -1);
        Path file = folder.resolve(marked[0] + ".png");
        if (!Files.isRegularFile(file)) {
            throw new IOException("no face at " + file);
        }
        return new MarkedFace(
                names[0],
                names[1],
                gray(ImageIO.read(file.toFile())),
                new Eyes(number(marked[1]), number(marked[2]), number(marked[3]), number(marked[4])));
    }

    private static double number(String text) {
        return Double.parseDouble(text);
    }

    private static int[][] gray(BufferedImage image) {
        int[][] gray = new int[image.getHeight()][image.getWidth()];
        for (int y = 0; y < gray.length; y++) {
            for (int x = 0; x < gray[y].length; x++) {
                gray[y][x] = image.getRaster().getSample(x, y, 0);
            }
        }
        return gray;
    }
}
