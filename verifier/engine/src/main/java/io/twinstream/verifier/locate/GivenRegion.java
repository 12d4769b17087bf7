package io.twinstream.verifier.locate;

import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Region;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A given region came with its picture, from a detector of the sender's that nobody here knows. */
final class GivenRegion {
    static final String COINCIDE =
            "the region's points coincide, so that they give no direction: send the places of different things, or no points";

    private GivenRegion() {}

    /**
     * Returns what is wrong with a region in a picture of this size, whatever the model, and what to do about it; null if
     * nothing is.
     */
    static @Nullable String fault(Region region, int width, int height) {
        String box = box(region);
        if (box != null) {
            return box;
        }
        if (!Box.of(region).isSeen(width, height)) {
            return "the region lies beside the picture, at %s, and the picture is %d x %d pixels when upright: %s"
                    .formatted(
                            Box.of(region),
                            width,
                            height,
                            Box.of(region).isSeen(height, width)
                                    ? "count its pixels after the picture is turned by its EXIF orientation"
                                    : "count its pixels from the picture's upper left corner");
        }
        return points(region);
    }

    private static @Nullable String box(Region region) {
        float width = region.getWidth();
        float height = region.getHeight();
        if (!areFinite(region.getX(), region.getY()) || !areFinite(width, height)) {
            return "the region's x, y, width and height must be finite numbers of pixels, were %s"
                    .formatted(Box.of(region));
        }
        if (!(width > 0 && height > 0)) {
            return "the region's width and height must be positive, were %s x %s: send its upper left corner and its size"
                    .formatted(width, height);
        }
        if (width <= 1 && height <= 1) {
            return "the region is no larger than a pixel, %s x %s: send pixels, not shares of the picture's sides"
                    .formatted(width, height);
        }
        return region.getScore() >= 0 && region.getScore() <= 1
                ? null
                : "the region's score must be 0 to 1, was %s: send 1 where its finder gives none"
                        .formatted(region.getScore());
    }

    private static @Nullable String points(Region region) {
        List<Point> points = region.getPoints();
        if (points.size() > io.twinstream.verifier.locate.Region.MOST_POINTS) {
            return "a region has at most %d points, had %d: send the key points alone"
                    .formatted(io.twinstream.verifier.locate.Region.MOST_POINTS, points.size());
        }
        for (Point point : points) {
            if (!areFinite(point.getX(), point.getY())) {
                return "the region's points must be finite numbers of pixels, one was %s, %s"
                        .formatted(point.getX(), point.getY());
            }
        }
        if (points.size() > 1 && new HashSet<>(points).size() == 1) {
            return COINCIDE;
        }
        return points.isEmpty() || points.stream().anyMatch(Box.of(region)::isNear)
                ? null
                : "none of the region's points lies near its box, at %s: count both in pixels from the picture's upper left corner"
                        .formatted(Box.of(region));
    }

    /**
     * Returns what is wrong with those of a region's points that are laid onto a template: each counts, so that one in a wrong
     * place turns or shrinks all. Returns null if nothing is.
     */
    static @Nullable String misplaced(Region region, List<Point> laid) {
        if (new HashSet<>(laid).size() < laid.size()) {
            return COINCIDE;
        }
        for (Point point : laid) {
            if (!Box.of(region).isNear(point)) {
                return "the region's point at %s, %s lies far from its box, at %s: send the key points that the model lays out, in pixels from the picture's upper left corner"
                        .formatted(point.getX(), point.getY(), Box.of(region));
            }
        }
        return null;
    }

    private static boolean areFinite(float one, float other) {
        return Float.isFinite(one) && Float.isFinite(other);
    }

    /** A box is written as it came. */
    private record Box(float x, float y, float width, float height) {
        static Box of(Region region) {
            return new Box(region.getX(), region.getY(), region.getWidth(), region.getHeight());
        }

        boolean isSeen(int pictureWidth, int pictureHeight) {
            return RegionCut.Box.isCovered(x, (double) x + width, pictureWidth)
                    && RegionCut.Box.isCovered(y, (double) y + height, pictureHeight);
        }

        /** Returns whether a point lies in the box, or less than its size beside it. */
        boolean isNear(Point point) {
            return isNear(point.getX(), x, width) && isNear(point.getY(), y, height);
        }

        private static boolean isNear(double place, double from, double side) {
            return place >= from - side && place <= from + 2 * side;
        }

        @Override
        public String toString() {
            return "x %s, y %s, width %s, height %s".formatted(x, y, width, height);
        }
    }
}
