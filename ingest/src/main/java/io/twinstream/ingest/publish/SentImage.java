package io.twinstream.ingest.publish;

import io.twinstream.ingest.image.Shrunk;
import io.twinstream.schemas.image.ImageHeader;
import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Region;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds an encoded image and, where its sender's own detector has looked at it, the region that counts. The region is in
 * pixels of the upright picture that these bytes show.
 */
public record SentImage(byte[] bytes, @Nullable Region region) {
    /** Makes an image in which a verifier finds what counts, if its model has to. */
    public SentImage(byte[] bytes) {
        this(bytes, null);
    }

    /** Makes an image with the region that its sender gives, if there is one. */
    public static SentImage of(byte[] bytes, Optional<Region> region) {
        return new SentImage(bytes, region.orElse(null));
    }

    int length() {
        return bytes.length;
    }

    ByteBuffer content() {
        return ByteBuffer.wrap(bytes);
    }

    /** Returns the same image without its bytes, as a record's size is counted. */
    SentImage withoutBytes() {
        return new SentImage(new byte[0], region);
    }

    /**
     * Refuses a region that has no pixel of the picture.
     *
     * @param header of these bytes
     * @throws InvalidRequestException if the region lies outside
     */
    void check(ImageHeader header) {
        if (region != null && !covers(region, header.width(), header.height())) {
            throw new InvalidRequestException("the region %s has no pixel of the picture, which is %d x %d upright%s"
                    .formatted(
                            text(region),
                            header.width(),
                            header.height(),
                            covers(region, header.height(), header.width())
                                    ? ": count it in the picture as people see it, after it is turned by its EXIF orientation"
                                    : ": count it in pixels of this picture"));
        }
    }

    /**
     * Returns the image that is sent instead, with the region where it lies in that. A box is counted from the edges of pixels,
     * a point from their centres.
     */
    SentImage with(byte[] smaller, Shrunk shrunk) {
        if (region == null) {
            return new SentImage(smaller);
        }
        double across = (double) shrunk.sentWidth() / shrunk.width();
        double down = (double) shrunk.sentHeight() / shrunk.height();
        return new SentImage(
                smaller,
                new Region(
                        (float) (region.getX() * across),
                        (float) (region.getY() * down),
                        (float) (region.getWidth() * across),
                        (float) (region.getHeight() * down),
                        region.getScore(),
                        region.getPoints().stream()
                                .map(point -> new Point(centre(point.getX(), across), centre(point.getY(), down)))
                                .toList()));
    }

    private static float centre(double place, double scale) {
        return (float) ((place + 0.5) * scale - 0.5);
    }

    private static boolean covers(Region region, int width, int height) {
        return covers(region.getX(), region.getWidth(), width) && covers(region.getY(), region.getHeight(), height);
    }

    /** Returns whether a pixel remains where edges are rounded, as they are when a region is cut out. */
    private static boolean covers(double from, double length, int side) {
        return Math.round(Math.min(side, from + length)) > Math.round(Math.max(0, from));
    }

    private static String text(Region region) {
        return "%s,%s,%s,%s".formatted(region.getX(), region.getY(), region.getWidth(), region.getHeight());
    }
}
