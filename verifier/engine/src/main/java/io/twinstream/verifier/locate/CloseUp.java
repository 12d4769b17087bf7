package io.twinstream.verifier.locate;

import io.twinstream.schemas.image.Picture;
import io.twinstream.verifier.locate.RegionCut.Box;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A close-up is the square around a find in which it is located once more. Detectors of a small input see a find in a large
 * picture with few pixels, so its key points are coarse there; in a close-up they are as exact as where it fills the picture.
 * The square ends where the picture ends.
 *
 * @param source the picture in which the find was
 * @param find what was found in it
 */
public record CloseUp(Picture source, Region find, Box box) {
    /** How far the centre may move, in longer sides of the find. */
    private static final double MOST_MOVE = 0.5;

    /**
     * Returns the close-up of a find.
     *
     * @param factor how many times the longer side of the find's box the square has
     */
    public static CloseUp of(Picture source, Region find, double factor) {
        double side = factor * longerSide(find);
        Region square = new Region(
                (float) (centreX(find) - side / 2),
                (float) (centreY(find) - side / 2),
                (float) side,
                (float) side,
                find.score(),
                List.of());
        Box box = Box.of(source, square);
        return new CloseUp(source, find, box == null ? new Box(0, 0, source.width(), source.height()) : box);
    }

    /** Returns whether the close-up is the whole picture, in which nothing new is seen. */
    public boolean isWhole() {
        return box.width() == source.width() && box.height() == source.height();
    }

    /** Returns what the locator is to see: a copy. */
    public Picture picture() {
        return box.cut(source);
    }

    /**
     * Returns the find that was located once more, in pixels of the picture: the one whose centre moved least, and by less than
     * half the longer side of its box. Returns null if it isn't among these finds of the close-up.
     */
    public @Nullable Region same(List<Region> finds) {
        return finds.stream()
                .map(each -> each.moved(box.x(), box.y()))
                .filter(each -> move(each) < MOST_MOVE * longerSide(find))
                .min(Comparator.comparingDouble(this::move))
                .orElse(null);
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
