package io.twinstream.verifier.locate;

import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.verifier.locate.RawOutputs.Shape;
import io.twinstream.verifier.locate.Region.Point;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes graphs that give {@code boxes [n, k, 4]} as left, upper, right and lower edge in pixels of their input, {@code
 * scores [n, k]} from 0 to 1, and perhaps {@code points [n, k, p, 2]}. Of scores for several classes the last one counts, as
 * where the first is the background's.
 */
final class BoxesDecoder extends FindDecoder {
    private static final int BOX = 4;
    private static final int MOST_CLASSES = 2;

    private final int boxes;
    private final int scores;
    private final int classes;
    /** The output of points, or -1 where there are none. */
    private final int points;

    private final int count;

    private BoxesDecoder(LocatorSpec spec, int boxes, int scores, int classes, int points, int count) {
        super(spec, count);
        this.boxes = boxes;
        this.scores = scores;
        this.classes = classes;
        this.points = points;
        this.count = count;
    }

    static BoxesDecoder matching(LocatorSpec spec, List<Shape> outputs) {
        int boxes = -1;
        int scores = -1;
        int points = -1;
        for (int i = 0; i < outputs.size(); i++) {
            Shape output = outputs.get(i);
            int columns = output.columns();
            switch (output.name()) {
                case "boxes" -> boxes = i;
                case "scores" -> scores = i;
                case "points" -> points = i;
                default -> {
                    boxes = boxes < 0 && columns == BOX ? i : boxes;
                    scores = scores < 0 && columns >= 1 && columns <= MOST_CLASSES ? i : scores;
                    points = points < 0 && columns > BOX && columns % 2 == 0 ? i : points;
                }
            }
        }
        if (boxes < 0
                || scores < 0
                || outputs.get(boxes).columns() != BOX
                || outputs.get(scores).columns() < 1
                || outputs.get(scores).columns() > MOST_CLASSES
                || (points >= 0
                        && (outputs.get(points).columns() < 2
                                || outputs.get(points).columns() % 2 != 0))) {
            throw unfit(spec, outputs, "boxes [n, k, 4], scores [n, k] and perhaps points [n, k, p, 2]");
        }
        return new BoxesDecoder(
                spec,
                boxes,
                scores,
                outputs.get(scores).columns(),
                points,
                points < 0 ? 0 : outputs.get(points).columns() / 2);
    }

    @Override
    public List<Region> candidates(RawOutputs outputs, int image) {
        List<Region> candidates = new ArrayList<>();
        FloatBuffer edges = outputs.buffers().get(boxes);
        for (int row = 0; row < outputs.rows(boxes, BOX); row++) {
            float score = outputs.buffers().get(scores).get(outputs.at(scores, image, row, classes) + classes - 1);
            int at = outputs.at(boxes, image, row, BOX);
            if (!isFind(score) || !arePlaces(edges, at, BOX)) {
                continue;
            }
            float width = edges.get(at + 2) - edges.get(at);
            float height = edges.get(at + 3) - edges.get(at + 1);
            if (isSize(width) && isSize(height) && havePlaces(outputs, image, row)) {
                Point centre = new Point(edges.get(at) + width / 2, edges.get(at + 1) + height / 2);
                add(candidates, centre, width, height, score, points(outputs, image, row));
            }
        }
        return candidates;
    }

    private boolean havePlaces(RawOutputs outputs, int image, int row) {
        return points < 0
                || arePlaces(outputs.buffers().get(points), outputs.at(points, image, row, 2 * count), 2 * count);
    }

    private List<Point> points(RawOutputs outputs, int image, int row) {
        return points < 0
                ? List.of()
                : points(outputs.buffers().get(points), outputs.at(points, image, row, 2 * count), count, 1, 0, 0);
    }
}
