package io.twinstream.deploy.acceptance.faces;

import java.util.List;
import java.util.SplittableRandom;

/** Scenery fills a scene before faces are put into it: {@code [y][x]}, 0 to 255. */
enum Scenery {
    FLAT {
        @Override
        void fill(double[][] scene, List<double[][]> drawings, SplittableRandom random) {
            each(scene, (x, y, level) -> level, random.nextDouble(20, 236));
        }
    },

    /** Light that falls off from corner to corner. */
    GRADIENT {
        @Override
        void fill(double[][] scene, List<double[][]> drawings, SplittableRandom random) {
            double[] corners = random.doubles(4, 10, 246).toArray();
            each(
                    scene,
                    (x, y, level) -> (1 - y) * ((1 - x) * corners[0] + x * corners[1])
                            + y * ((1 - x) * corners[2] + x * corners[3]),
                    0);
        }
    },

    /** The noise of a sensor in bad light. */
    NOISE {
        @Override
        void fill(double[][] scene, List<double[][]> drawings, SplittableRandom random) {
            double mean = random.nextDouble(60, 196);
            double spread = random.nextDouble(10, 40);
            each(scene, (x, y, level) -> mean + spread * Noise.gaussian(random), 0);
        }
    },

    /** Clouds of several sizes, as cloth, leaves and walls have them. */
    TEXTURE {
        @Override
        void fill(double[][] scene, List<double[][]> drawings, SplittableRandom random) {
            Noise coarse = new Noise(random);
            Noise middle = new Noise(random);
            Noise fine = new Noise(random);
            each(
                    scene,
                    (x, y, level) -> 128
                            + 90 * coarse.at(5 * x, 5 * y)
                            + 60 * middle.at(20 * x, 20 * y)
                            + 40 * fine.at(70 * x, 70 * y),
                    0);
        }
    },

    /** Bars and tiles with straight edges, as windows, shelves and floors have them. */
    TILES {
        @Override
        void fill(double[][] scene, List<double[][]> drawings, SplittableRandom random) {
            int across = random.nextInt(3, 14);
            int down = random.nextInt(3, 14);
            double[] levels =
                    random.doubles((long) (across + 1) * (down + 1), 20, 236).toArray();
            each(scene, (x, y, level) -> levels[(int) (y * down) * across + (int) (x * across)], 0);
        }
    },

    /** Shared drawings, enlarged and hung side by side. */
    DRAWINGS {
        @Override
        void fill(double[][] scene, List<double[][]> drawings, SplittableRandom random) {
            int each = random.nextInt(60, 240);
            int columns = scene[0].length / each + 1;
            int[] hung = random.ints((long) columns * (scene.length / each + 1), 0, drawings.size())
                    .toArray();
            for (int y = 0; y < scene.length; y++) {
                for (int x = 0; x < scene[y].length; x++) {
                    double[][] drawing = drawings.get(hung[y / each * columns + x / each]);
                    scene[y][x] = drawing[y % each * drawing.length / each][x % each * drawing[0].length / each];
                }
            }
        }
    };

    /** Fills a scene. */
    abstract void fill(double[][] scene, List<double[][]> drawings, SplittableRandom random);

    /** Gives the sample at a place, both of whose coordinates go from 0 to 1. */
    private interface Shade {
        double at(double x, double y, double level);
    }

    private static void each(double[][] scene, Shade shade, double level) {
        for (int y = 0; y < scene.length; y++) {
            for (int x = 0; x < scene[y].length; x++) {
                double sample = shade.at((double) x / scene[y].length, (double) y / scene.length, level);
                scene[y][x] = Math.min(255, Math.max(0, sample));
            }
        }
    }

    /** Noise has random values at whole places, and smooth ones between them. */
    private static final class Noise {
        private static final int SIDE = 128;

        private final double[] values = new double[SIDE * SIDE];

        Noise(SplittableRandom random) {
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextDouble(-1, 1);
            }
        }

        static double gaussian(SplittableRandom random) {
            return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
        }

        double at(double x, double y) {
            int left = (int) x;
            int top = (int) y;
            double across = smooth(x - left);
            double down = smooth(y - top);
            double above = (1 - across) * value(left, top) + across * value(left + 1, top);
            double below = (1 - across) * value(left, top + 1) + across * value(left + 1, top + 1);
            return (1 - down) * above + down * below;
        }

        private double value(int x, int y) {
            return values[y % SIDE * SIDE + x % SIDE];
        }

        private static double smooth(double part) {
            return part * part * (3 - 2 * part);
        }
    }
}
