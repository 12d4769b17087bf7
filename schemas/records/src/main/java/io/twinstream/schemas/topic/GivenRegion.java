package io.twinstream.schemas.topic;

import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Region;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A given region came with its picture, from a detector of the sender's that nobody here knows. What it must hold to is the same
 * where it is sent and where it is judged; each message is one line, with the mend.
 */
public final class GivenRegion {
    /** The most key points that a region may have. */
    public static final int MOST_POINTS = 1_000;

    public static final String COINCIDE =
            "the region's points coincide, so that they give no direction: send the places of different things, or no points";

    private GivenRegion() {}

    /**
     * Returns what is wrong with a region in a picture of this size, whatever the model, and what to do about it; null if
     * nothing is.
     */
    public static @Nullable String fault(Region region, int width, int height) {
        String box = boxFault(region);
        String place = box == null ? placeFault(region, width, height) : box;
        return place == null ? pointsFault(region) : place;
    }

    /** Returns what is wrong with a box that has a pixel of no picture of this upright size; null if it has one. */
    public static @Nullable String placeFault(Region region, int width, int height) {
        Box box = Box.of(region);
        return box.isSeen(width, height)
                ? null
                : "the region lies beside the picture, at %s, and the picture is %d x %d pixels when upright: %s"
                        .formatted(
                                box,
                                width,
                                height,
                                box.isSeen(height, width)
                                        ? "count its pixels after the picture is turned by its EXIF orientation"
                                        : "count its pixels from the picture's upper left corner");
    }

    /** Returns the edge of pixels that is nearest to a place along a side, in the picture. */
    public static int edge(double place, int side) {
        return (int) Math.min(side, Math.max(0, Math.round(place)));
    }

    /** Returns what is wrong with a box in any picture; null if nothing is. */
    public static @Nullable String boxFault(Region region) {
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

    /** Returns what is wrong with the points of a region whose box is right; null if nothing is. */
    public static @Nullable String pointsFault(Region region) {
        List<Point> points = region.getPoints();
        if (points.size() > MOST_POINTS) {
            return "a region has at most %d points, had %d: send the key points alone"
                    .formatted(MOST_POINTS, points.size());
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
    public static @Nullable String misplaced(Region region, List<Point> laid) {
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
            return isCovered(x, width, pictureWidth) && isCovered(y, height, pictureHeight);
        }

        /** Returns whether a pixel remains where edges are rounded, as they are when a region is cut out. */
        private static boolean isCovered(double from, double length, int side) {
            return edge(from + length, side) > edge(from, side);
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
