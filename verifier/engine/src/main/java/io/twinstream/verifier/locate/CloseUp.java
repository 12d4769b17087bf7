package io.twinstream.verifier.locate;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.verifier.locate.Region.Point;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A close-up is the square around a find in which it is located once more. Every find has the same size there. A detector of a
 * small input sees what is small in a large picture with few pixels, and what fills a picture is too large for some.
 *
 * <p>Maintainers: a close-up is drawn at the size of the detector's input, so that it costs little memory whatever the picture's
 * size. What lies beyond the picture is filled.
 */
public final class CloseUp {
    /** How far the centre may move, in longer sides of the find. */
    private static final double MOST_MOVE = 0.5;
    /** Regions count from the edge of the first pixel, and similarities from its centre. */
    private static final double HALF_PIXEL = 0.5;

    private final Picture source;
    private final Region find;
    private final InputSpec input;
    private final double scale;

    /**
     * Creates the close-up of a find.
     *
     * @param factor how many times the longer side of the find's box the square has
     * @param input the detector's input, with as many channels as the picture
     */
    CloseUp(Picture source, Region find, double factor, InputSpec input) {
        this.source = source;
        this.find = find;
        this.input = input;
        this.scale = Math.min(input.width(), input.height()) / (factor * longerSide(find));
    }

    /** Draws what the locator is to see, in the size of its input. */
    public Picture picture() {
        Similarity laying = new Similarity(scale, 0, inputX(HALF_PIXEL) - HALF_PIXEL, inputY(HALF_PIXEL) - HALF_PIXEL);
        return new AlignedPicture(input).draw(source, laying);
    }

    /**
     * Returns the find that was located once more, in pixels of the picture: the one whose centre moved least, and by less than
     * half the longer side of its box. Returns null if it isn't among these finds of the close-up.
     */
    public @Nullable Region same(List<Region> finds) {
        return finds.stream()
                .map(this::inPicture)
                .filter(each -> move(each) < MOST_MOVE * longerSide(find))
                .min(Comparator.comparingDouble(this::move))
                .orElse(null);
    }

    private double inputX(double x) {
        return (x - centreX(find)) * scale + input.width() / 2.0;
    }

    private double inputY(double y) {
        return (y - centreY(find)) * scale + input.height() / 2.0;
    }

    private float pictureX(double inputX) {
        return (float) ((inputX - input.width() / 2.0) / scale + centreX(find));
    }

    private float pictureY(double inputY) {
        return (float) ((inputY - input.height() / 2.0) / scale + centreY(find));
    }

    private Region inPicture(Region seen) {
        return new Region(
                pictureX(seen.x()),
                pictureY(seen.y()),
                (float) (seen.width() / scale),
                (float) (seen.height() / scale),
                seen.score(),
                seen.points().stream()
                        .map(point -> new Point(pictureX(point.x()), pictureY(point.y())))
                        .toList());
    }

    private double move(Region other) {
        return Math.hypot(centreX(other) - centreX(find), centreY(other) - centreY(find));
    }

    private static double longerSide(Region region) {
        return Math.max(region.width(), region.height());
    }

    private static double centreX(Region region) {
        return region.x() + region.width() / 2.0;
    }

    private static double centreY(Region region) {
        return region.y() + region.height() / 2.0;
    }
}
