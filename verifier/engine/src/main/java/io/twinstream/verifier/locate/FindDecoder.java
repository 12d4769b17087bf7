package io.twinstream.verifier.locate;

import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.verifier.locate.RawOutputs.Shape;
import io.twinstream.verifier.locate.Region.Point;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A find decoder turns a detector's raw outputs into candidates, in pixels of the detector's input. Several candidates
 * may stand for one thing; {@link Suppression} brings them together. Safe for many threads.
 */
public abstract class FindDecoder {
    /** Places and sizes beyond this are no finds, and their arithmetic would leave the floats. */
    private static final float MOST_PIXELS = 1e6f;

    private static final float LEAST_PIXELS = 1e-3f;

    private final double leastScore;
    private final int points;

    /** @param points the key points that each candidate has */
    FindDecoder(LocatorSpec spec, int points) {
        this.leastScore = spec.leastScore();
        this.points = points;
    }

    /**
     * Returns the decoder of a locator.
     *
     * @param outputs the outputs of its graph
     * @throws IllegalArgumentException with one line, if these can't be the outputs of the locator's kind and size
     */
    public static FindDecoder of(LocatorSpec spec, List<Shape> outputs) {
        return switch (spec.kind()) {
            case BLAZEFACE -> BlazeFaceDecoder.matching(spec, outputs);
            case YUNET -> StrideDecoder.yunet(spec, outputs);
            case SCRFD -> StrideDecoder.scrfd(spec, outputs);
            case BOXES -> BoxesDecoder.matching(spec, outputs);
        };
    }

    /** Returns the candidates in one picture of a batch whose score is at least the locator's. */
    public abstract List<Region> candidates(RawOutputs outputs, int image);

    /** Returns how many key points each candidate has. */
    public int points() {
        return points;
    }

    boolean isFind(double score) {
        return score >= leastScore;
    }

    /** Adds a candidate, unless a number of it makes no sense. */
    static void add(
            List<Region> candidates,
            Region.Point centre,
            double width,
            double height,
            double score,
            List<Point> points) {
        candidates.add(new Region(
                (float) (centre.x() - width / 2),
                (float) (centre.y() - height / 2),
                (float) width,
                (float) height,
                (float) Math.min(1, score),
                points));
    }

    /** Returns whether values can be places and sizes; a graph may give anything. */
    static boolean arePlaces(FloatBuffer values, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (!(Math.abs(values.get(i)) <= MOST_PIXELS)) {
                return false;
            }
        }
        return true;
    }

    static boolean isSize(double side) {
        return side >= LEAST_PIXELS && side <= MOST_PIXELS;
    }

    /** Reads points that lie side by side as x and y. */
    static List<Point> points(FloatBuffer values, int from, int count, float scale, float right, float down) {
        List<Point> points = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            points.add(
                    new Point(right + scale * values.get(from + 2 * i), down + scale * values.get(from + 2 * i + 1)));
        }
        return points;
    }

    static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /**
     * Returns the index of the output that an output's name or, if no name fits, its shape says.
     *
     * @throws IllegalArgumentException if there is none
     */
    static int index(LocatorSpec spec, List<Shape> outputs, String name, int rows, int columns, int taken) {
        for (int i = 0; i < outputs.size(); i++) {
            Shape output = outputs.get(i);
            if (output.name().equals(name) && output.rows() == rows && output.columns() == columns) {
                return i;
            }
        }
        int passed = 0;
        for (int i = 0; i < outputs.size(); i++) {
            Shape output = outputs.get(i);
            if (output.rows() == rows && output.columns() == columns && passed++ == taken) {
                return i;
            }
        }
        throw unfit(spec, outputs, "%s [n, %d, %d]".formatted(name, rows, columns));
    }

    static IllegalArgumentException unfit(LocatorSpec spec, List<Shape> outputs, String needed) {
        return new IllegalArgumentException("a locator of kind %s and %d x %d pixels gives %s, this one gives %s"
                .formatted(
                        spec.kind().name().toLowerCase(java.util.Locale.ROOT),
                        spec.width(),
                        spec.height(),
                        needed,
                        outputs.stream().map(Shape::toString).collect(Collectors.joining(", "))));
    }
}
