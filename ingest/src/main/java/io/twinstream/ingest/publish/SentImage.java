package io.twinstream.ingest.publish;

import io.twinstream.ingest.image.Shrunk;
import io.twinstream.schemas.image.ImageHeader;
import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.topic.GivenRegion;
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
        String fault = region == null ? null : GivenRegion.placeFault(region, header.width(), header.height());
        if (fault != null) {
            throw new InvalidRequestException(fault);
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
}
