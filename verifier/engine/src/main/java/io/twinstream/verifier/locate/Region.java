package io.twinstream.verifier.locate;

import io.twinstream.schemas.topic.GivenRegion;
import java.util.List;

/**
 * A region is a part of a picture that is matched by itself: a box and perhaps key points, in pixels of the upright
 * picture. Boxes are counted from the picture's left and upper edge and may reach over its edges. Points are as detectors
 * give them; alignment takes 0 for the centre of the first pixel, as OpenCV's {@code warpAffine} does.
 *
 * @param width width of the box, positive
 * @param height height of the box, positive
 * @param score how sure its finder is, 0 to 1; 1 where its sender gave none
 * @param points key points in the finder's order; empty where there are none
 */
public record Region(float x, float y, float width, float height, float score, List<Point> points) {
    /** A point is a place in the picture, in pixels. */
    public record Point(float x, float y) {
        public Point {
            if (!Float.isFinite(x) || !Float.isFinite(y)) {
                throw new IllegalArgumentException("a region's points must be finite, were at %s, %s".formatted(x, y));
            }
        }
    }

    public Region {
        points = List.copyOf(points);
        if (!Float.isFinite(x) || !Float.isFinite(y)) {
            throw new IllegalArgumentException("a region's place must be finite, was %s, %s".formatted(x, y));
        }
        if (!(width > 0 && height > 0 && Float.isFinite(width) && Float.isFinite(height))) {
            throw new IllegalArgumentException(
                    "a region's width and height must be positive, were %s x %s".formatted(width, height));
        }
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("a region's score must be 0 to 1, was " + score);
        }
        if (points.size() > GivenRegion.MOST_POINTS) {
            throw new IllegalArgumentException(
                    "a region has at most %d points, had %d".formatted(GivenRegion.MOST_POINTS, points.size()));
        }
    }

    /** Returns the region that is a whole picture. */
    public static Region whole(int width, int height) {
        return new Region(0, 0, width, height, 1, List.of());
    }

    /** Returns the region of a record, which {@link RegionCut#fault} found nothing wrong with. */
    public static Region of(io.twinstream.schemas.record.Region written) {
        return new Region(
                written.getX(),
                written.getY(),
                written.getWidth(),
                written.getHeight(),
                written.getScore(),
                written.getPoints().stream()
                        .map(point -> new Point(point.getX(), point.getY()))
                        .toList());
    }

    /** Returns the region as records have it. */
    public io.twinstream.schemas.record.Region written() {
        return new io.twinstream.schemas.record.Region(
                x,
                y,
                width,
                height,
                score,
                points.stream()
                        .map(point -> new io.twinstream.schemas.record.Point(point.x(), point.y()))
                        .toList());
    }

    public double area() {
        return (double) width * height;
    }

    /** Returns the area of both boxes' common part, divided by that of their union. */
    public double overlap(Region other) {
        double across = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
        double down = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
        double common = Math.max(0, across) * Math.max(0, down);
        return common / (area() + other.area() - common);
    }

    /** Returns the same region where the picture is a part of a larger one that begins at this place. */
    public Region moved(float right, float down) {
        return new Region(
                x + right,
                y + down,
                width,
                height,
                score,
                points.stream()
                        .map(point -> new Point(point.x() + right, point.y() + down))
                        .toList());
    }
}
