package io.twinstream.deploy.acceptance.faces;

import io.twinstream.deploy.acceptance.faces.FaceScene.ShownFace;
import io.twinstream.deploy.acceptance.faces.MarkedFace.Eyes;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Draws scenes with one to six of the marked faces each. Nobody is seen twice in a scene. Eyes are {@value #LEAST} to {@value
 * #MOST} of the scene's longer side apart, and up to {@value #MOST_IN_CROWD} where more than two are seen; a face is then two
 * and a half times as wide. Faces are turned by up to {@value #MOST_DEGREES} degrees, pasted with soft edges, and don't overlap.
 */
final class FaceScenes {
    private static final double LEAST = 0.07;
    private static final double MOST = 0.17;
    private static final double MOST_IN_CROWD = 0.1;
    private static final double MOST_DEGREES = 12;
    private static final int MOST_FACES = 6;
    private static final int TRIES = 200;
    /** What of a picture is pasted, from the middle between the eyes, in distances of the eyes. */
    private static final double SIDEWAYS = 1.4;

    private static final double UP = 1.6;
    private static final double DOWN = 2;
    private static final double SOFT = 0.2;
    private static final int[][] SIZES = {{640, 480}, {480, 640}, {960, 720}, {800, 800}, {1280, 720}};
    private static final long SEED = 20_000;

    private final List<MarkedFace> faces;
    private final List<double[][]> drawings;

    /**
     * Creates the generator.
     *
     * @param faces the faces that are seen
     * @param drawings pictures without faces, for scenery
     */
    FaceScenes(List<MarkedFace> faces, List<double[][]> drawings) {
        this.faces = List.copyOf(faces);
        this.drawings = List.copyOf(drawings);
    }

    /** Draws a scene, the same one whenever its number is the same. */
    FaceScene scene(int number) {
        return scene(number, 1 + number % MOST_FACES);
    }

    /** Draws a scene with so many faces, perhaps none. */
    FaceScene scene(int number, int count) {
        SplittableRandom random = new SplittableRandom(SEED + number);
        int[] size = SIZES[random.nextInt(SIZES.length)];
        Scenery scenery = Scenery.values()[random.nextInt(Scenery.values().length)];
        double[][] scene = new double[size[1]][size[0]];
        scenery.fill(scene, drawings, random);
        List<Placed> placed;
        do {
            placed = placed(count, size, random);
        } while (placed.size() < count);
        List<ShownFace> shown = new ArrayList<>();
        for (Placed each : placed) {
            each.paste(scene);
            shown.add(new ShownFace(each.face.person(), each.face.picture(), each.eyes()));
        }
        return new FaceScene(number, scenery, image(scene), List.copyOf(shown));
    }

    /** Draws a scene with two faces side by side, whose sizes are the same. */
    FaceScene pair(int number, double sizes) {
        SplittableRandom random = new SplittableRandom(SEED + number);
        double[][] scene = new double[480][640];
        Scenery.FLAT.fill(scene, drawings, random);
        MarkedFace one = face(random, List.of());
        Placed first = new Placed(one, 170, 200, 80, 0);
        Placed second = new Placed(face(random, List.of(first)), 470, 200, 80 * sizes, 0);
        first.paste(scene);
        second.paste(scene);
        return new FaceScene(
                number,
                Scenery.FLAT,
                image(scene),
                List.of(
                        new ShownFace(one.person(), one.picture(), first.eyes()),
                        new ShownFace(second.face.person(), second.face.picture(), second.eyes())));
    }

    /** Places so many faces, or fewer where one found no room. */
    private List<Placed> placed(int count, int[] size, SplittableRandom random) {
        List<Placed> placed = new ArrayList<>();
        double longer = Math.max(size[0], size[1]);
        for (int i = 0; i < count; i++) {
            MarkedFace face = face(random, placed);
            Placed free = null;
            for (int attempt = 0; attempt < TRIES && free == null; attempt++) {
                double distance = longer * random.nextDouble(LEAST, count > 2 ? MOST_IN_CROWD : MOST);
                double turn = Math.toRadians(random.nextDouble(-MOST_DEGREES, MOST_DEGREES));
                free = free(face, distance, turn, size, placed, random);
            }
            if (free == null) {
                return placed;
            }
            placed.add(free);
        }
        return placed;
    }

    private static @Nullable Placed free(
            MarkedFace face, double distance, double turn, int[] size, List<Placed> placed, SplittableRandom random) {
        double sideways = SIDEWAYS * distance;
        double room = size[0] - 2 * sideways;
        double height = size[1] - (UP + DOWN) * distance;
        if (room <= 0 || height <= 0) {
            return null;
        }
        Placed tried = new Placed(
                face, sideways + random.nextDouble(room), UP * distance + random.nextDouble(height), distance, turn);
        return placed.stream().anyMatch(tried::overlaps) ? null : tried;
    }

    private MarkedFace face(SplittableRandom random, List<Placed> others) {
        MarkedFace face;
        do {
            face = faces.get(random.nextInt(faces.size()));
        } while (isSeen(face, others));
        return face;
    }

    private static boolean isSeen(MarkedFace face, List<Placed> others) {
        return others.stream().anyMatch(other -> other.face.person().equals(face.person()));
    }

    private static BufferedImage image(double[][] scene) {
        BufferedImage image = new BufferedImage(scene[0].length, scene.length, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < scene.length; y++) {
            for (int x = 0; x < scene[y].length; x++) {
                image.getRaster().setSample(x, y, 0, (int) Math.round(scene[y][x]));
            }
        }
        return image;
    }

    /**
     * A placed face has its eyes around a place of the scene.
     *
     * @param x pixels from the scene's left edge to the middle between the eyes
     * @param y pixels from its upper edge
     * @param distance pixels between the eyes
     * @param turn radians, clockwise
     */
    private record Placed(MarkedFace face, double x, double y, double distance, double turn) {
        boolean overlaps(Placed other) {
            return Math.abs(x - other.x) < SIDEWAYS * (distance + other.distance)
                    && y + DOWN * distance > other.y - UP * other.distance
                    && other.y + DOWN * other.distance > y - UP * distance;
        }

        private double scale() {
            return distance / face.eyes().distance();
        }

        /** Returns where the eyes lie in the scene. */
        Eyes eyes() {
            double[] left = inScene(face.eyes().leftX(), face.eyes().leftY());
            double[] right = inScene(face.eyes().rightX(), face.eyes().rightY());
            return new Eyes(left[0], left[1], right[0], right[1]);
        }

        private double[] inScene(double faceX, double faceY) {
            double across = (faceX - face.eyes().middleX()) * scale();
            double down = (faceY - face.eyes().middleY()) * scale();
            return new double[] {
                x + Math.cos(turn) * across - Math.sin(turn) * down, y + Math.sin(turn) * across + Math.cos(turn) * down
            };
        }

        /** Draws the face over the scene, bilinearly; its edges fade. */
        void paste(double[][] scene) {
            double reach = Math.hypot(SIDEWAYS, DOWN) * distance;
            int fromY = (int) Math.max(0, y - reach);
            int toY = (int) Math.min(scene.length, y + reach);
            int fromX = (int) Math.max(0, x - reach);
            int toX = (int) Math.min(scene[0].length, x + reach);
            for (int row = fromY; row < toY; row++) {
                for (int column = fromX; column < toX; column++) {
                    double across = (column + 0.5 - x) / scale();
                    double down = (row + 0.5 - y) / scale();
                    double faceX = face.eyes().middleX() + Math.cos(turn) * across + Math.sin(turn) * down;
                    double faceY = face.eyes().middleY() - Math.sin(turn) * across + Math.cos(turn) * down;
                    double cover = cover(faceX, faceY);
                    if (cover > 0) {
                        scene[row][column] = cover * sample(faceX, faceY) + (1 - cover) * scene[row][column];
                    }
                }
            }
        }

        /** Returns how much of the face is seen at a place of its picture: 0 at the edges, 1 inside. */
        private double cover(double faceX, double faceY) {
            double unit = face.eyes().distance();
            double left = Math.max(0, face.eyes().middleX() - SIDEWAYS * unit);
            double right = Math.min(face.width(), face.eyes().middleX() + SIDEWAYS * unit);
            double top = Math.max(0, face.eyes().middleY() - UP * unit);
            double bottom = Math.min(face.height(), face.eyes().middleY() + DOWN * unit);
            double inside = Math.min(Math.min(faceX - left, right - faceX), Math.min(faceY - top, bottom - faceY));
            return Math.min(1, Math.max(0, inside / (SOFT * unit)));
        }

        private double sample(double faceX, double faceY) {
            double placeX = Math.min(face.width() - 1, Math.max(0, faceX - 0.5));
            double placeY = Math.min(face.height() - 1, Math.max(0, faceY - 0.5));
            int left = (int) placeX;
            int top = (int) placeY;
            int right = Math.min(face.width() - 1, left + 1);
            int bottom = Math.min(face.height() - 1, top + 1);
            double across = placeX - left;
            double down = placeY - top;
            double above = (1 - across) * face.gray()[top][left] + across * face.gray()[top][right];
            double below = (1 - across) * face.gray()[bottom][left] + across * face.gray()[bottom][right];
            return (1 - down) * above + down * below;
        }
    }
}
