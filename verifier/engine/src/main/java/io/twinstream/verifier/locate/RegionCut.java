package io.twinstream.verifier.locate;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec.TemplatePoint;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.schemas.topic.GivenRegion;
import io.twinstream.verifier.locate.Region.Point;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A region cut makes of a region the picture that an embedder's preprocessor takes. A region whose key points are laid onto
 * a template becomes a picture of exactly the input's size. Any other is cut out along its box, as by hand, and fitted as
 * the model says. For one thread.
 */
public final class RegionCut {
    private final List<TemplatePoint> template;
    private final List<Point> places;
    private final int points;
    private final AlignedPicture aligned;

    /**
     * Creates the cut of a package.
     *
     * @param locator what the package says of its locator; null where it has none
     */
    public RegionCut(InputSpec input, @Nullable LocatorSpec locator) {
        this.template = locator != null && input.fit() == Fit.ALIGN ? locator.template() : List.of();
        this.places = template.stream()
                .map(each -> new Point((float) each.x(), (float) each.y()))
                .toList();
        this.points = template.stream().mapToInt(TemplatePoint::point).max().orElse(-1) + 1;
        this.aligned = new AlignedPicture(input);
    }

    /** Returns whether key points are laid onto a template, so that a box alone doesn't say where the input lies. */
    public boolean needsPoints() {
        return points > 0;
    }

    /** Returns whether the region has all key points that the template names. */
    public boolean hasPoints(Region region) {
        return region.points().size() >= points;
    }

    /**
     * Returns the picture that a region shows, or null if it shows none: its box lies outside the picture, or its key points
     * coincide.
     */
    public @Nullable Picture of(Picture picture, Region region) {
        if (!needsPoints() || !hasPoints(region)) {
            Box box = Box.of(picture, region);
            return box == null ? null : box.cut(picture);
        }
        Similarity laying = laying(region);
        return laying == null ? null : aligned.draw(picture, laying);
    }

    /**
     * Returns what is wrong with a region that came with a picture, and what to do about it, or null if the region can be
     * embedded. Anybody may have written it: the message is one line.
     */
    public @Nullable String fault(Picture picture, io.twinstream.schemas.record.Region given) {
        String fault = GivenRegion.fault(given, picture.width(), picture.height());
        if (fault != null || !needsPoints()) {
            return fault;
        }
        Region region = Region.of(given);
        if (!hasPoints(region)) {
            return null;
        }
        // A detector of whole bodies may have put elsewhere what the template doesn't name.
        List<io.twinstream.schemas.record.Point> laid = template.stream()
                .map(each -> given.getPoints().get(each.point()))
                .toList();
        String misplaced = GivenRegion.misplaced(given, laid);
        return misplaced == null && laying(region) == null ? GivenRegion.COINCIDE : misplaced;
    }

    private @Nullable Similarity laying(Region region) {
        return Similarity.laying(
                template.stream().map(each -> region.points().get(each.point())).toList(), places);
    }

    /** A box is the part of a picture that a region covers, in whole pixels. */
    public record Box(int x, int y, int width, int height) {
        /** Returns the box whose edges are the nearest to the region's, or null if no pixel of the picture lies in it. */
        public static @Nullable Box of(Picture picture, Region region) {
            int left = GivenRegion.edge(region.x(), picture.width());
            int top = GivenRegion.edge(region.y(), picture.height());
            int right = GivenRegion.edge((double) region.x() + region.width(), picture.width());
            int bottom = GivenRegion.edge((double) region.y() + region.height(), picture.height());
            return right > left && bottom > top ? new Box(left, top, right - left, bottom - top) : null;
        }

        /** Returns the part of the picture that lies in the box. */
        public Picture cut(Picture picture) {
            int row = width * picture.channels();
            byte[] samples = new byte[row * height];
            for (int line = 0; line < height; line++) {
                int from = ((y + line) * picture.width() + x) * picture.channels();
                System.arraycopy(picture.samples(), from, samples, line * row, row);
            }
            return new Picture(width, height, picture.channels(), samples);
        }
    }
}
