package io.twinstream.verifier.locate;

import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.verifier.locate.RawOutputs.Shape;
import io.twinstream.verifier.locate.Region.Point;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes detectors whose outputs are grids of 8, 16 and 32 pixels a cell, with numbers in units of the cell, counted
 * from its upper left corner. OpenCV's YuNet gives the logarithms of width and height, and two scores whose geometric mean
 * counts. InsightFace's SCRFD gives the distances to the four sides, and has two anchors a cell.
 *
 * <p>Maintainers: see {@code face_detect.cpp} of OpenCV and {@code scrfd.py} of InsightFace. Exports of SCRFD number their
 * outputs, so they are known by their shapes.
 */
final class StrideDecoder extends FindDecoder {
    private static final int[] STRIDES = {8, 16, 32};
    private static final int POINTS = LocatorSpec.Kind.YUNET.points();
    private static final int BOX = 4;

    /**
     * A level is the grid of one stride.
     *
     * @param objects the output of the second score; that of the first again where there is one only
     */
    private record Level(int stride, int columns, int rows, int each, int scores, int objects, int boxes, int points) {
        static Level of(LocatorSpec spec, List<Shape> outputs, int stride, boolean yunet) {
            int columns = spec.width() / stride;
            int rows = spec.height() / stride;
            int each = yunet ? 1 : 2;
            int all = columns * rows * each;
            String word = "_" + stride;
            int scores = index(spec, outputs, (yunet ? "cls" : "score") + word, all, 1, 0);
            return new Level(
                    stride,
                    columns,
                    rows,
                    each,
                    scores,
                    yunet ? index(spec, outputs, "obj" + word, all, 1, 1) : scores,
                    index(spec, outputs, "bbox" + word, all, BOX, 0),
                    index(spec, outputs, "kps" + word, all, 2 * POINTS, 0));
        }
    }

    private final boolean yunet;
    private final List<Level> levels = new ArrayList<>();

    private StrideDecoder(LocatorSpec spec, List<Shape> outputs, boolean yunet) {
        super(spec, spec.kind().points());
        this.yunet = yunet;
        int coarsest = STRIDES[STRIDES.length - 1];
        if (spec.width() % coarsest != 0 || spec.height() % coarsest != 0) {
            throw new IllegalArgumentException("a locator of kind %s has sides of a multiple of %d pixels, not %d x %d"
                    .formatted(yunet ? "yunet" : "scrfd", coarsest, spec.width(), spec.height()));
        }
        for (int stride : STRIDES) {
            levels.add(Level.of(spec, outputs, stride, yunet));
        }
    }

    static StrideDecoder yunet(LocatorSpec spec, List<Shape> outputs) {
        return new StrideDecoder(spec, outputs, true);
    }

    static StrideDecoder scrfd(LocatorSpec spec, List<Shape> outputs) {
        return new StrideDecoder(spec, outputs, false);
    }

    @Override
    public List<Region> candidates(RawOutputs outputs, int image) {
        List<Region> candidates = new ArrayList<>();
        for (Level level : levels) {
            for (int row = 0; row < level.columns() * level.rows() * level.each(); row++) {
                double score = score(outputs, image, level, row);
                if (isFind(score)) {
                    add(candidates, outputs, image, level, row, score);
                }
            }
        }
        return candidates;
    }

    private double score(RawOutputs outputs, int image, Level level, int row) {
        double score = clamped(outputs, level.scores(), image, row);
        return yunet ? Math.sqrt(score * clamped(outputs, level.objects(), image, row)) : score;
    }

    private static double clamped(RawOutputs outputs, int output, int image, int row) {
        float score = outputs.buffers().get(output).get(outputs.at(output, image, row, 1));
        return Math.min(1, Math.max(0, score));
    }

    private void add(List<Region> candidates, RawOutputs outputs, int image, Level level, int row, double score) {
        FloatBuffer box = outputs.buffers().get(level.boxes());
        FloatBuffer kps = outputs.buffers().get(level.points());
        int boxAt = outputs.at(level.boxes(), image, row, BOX);
        int kpsAt = outputs.at(level.points(), image, row, 2 * POINTS);
        if (!arePlaces(box, boxAt, BOX) || !arePlaces(kps, kpsAt, 2 * POINTS)) {
            return;
        }
        int stride = level.stride();
        int cell = row / level.each();
        int across = cell % level.columns() * stride;
        int down = cell / level.columns() * stride;
        float first = box.get(boxAt) * stride;
        float second = box.get(boxAt + 1) * stride;
        double third = box.get(boxAt + 2);
        double fourth = box.get(boxAt + 3);
        double width = yunet ? Math.exp(third) * stride : first + third * stride;
        double height = yunet ? Math.exp(fourth) * stride : second + fourth * stride;
        if (isSize(width) && isSize(height)) {
            Point centre = yunet
                    ? new Point(across + first, down + second)
                    : new Point((float) (across - first + width / 2), (float) (down - second + height / 2));
            add(candidates, centre, width, height, score, points(kps, kpsAt, POINTS, stride, across, down));
        }
    }
}
