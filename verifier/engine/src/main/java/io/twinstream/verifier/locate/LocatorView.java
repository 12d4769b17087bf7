package io.twinstream.verifier.locate;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import io.twinstream.verifier.locate.Region.Point;
import io.twinstream.verifier.preprocess.Preprocessor;
import io.twinstream.verifier.preprocess.Preprocessor.Placement;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;

/**
 * A locator view brings pictures to a detector's input, {@code [3, height, width]} from 0 to 1, and takes what was found
 * there back to the picture. A gray picture gives all three channels. For one thread.
 */
public final class LocatorView {
    private final InputSpec colour;
    private final InputSpec gray;
    private final Preprocessor ofColour;
    private final Preprocessor ofGray;
    private final float[] luma;

    public LocatorView(LocatorSpec spec) {
        this.colour = input(spec, ColourOrder.RGB);
        this.gray = input(spec, ColourOrder.GRAY);
        this.ofColour = new Preprocessor(colour);
        this.ofGray = new Preprocessor(gray);
        this.luma = new float[gray.length()];
    }

    /** Returns the input of a locator's graph. */
    public static InputSpec input(LocatorSpec spec) {
        return input(spec, ColourOrder.RGB);
    }

    private static InputSpec input(LocatorSpec spec, ColourOrder order) {
        return new InputSpec(
                spec.width(),
                spec.height(),
                order.channels(),
                false,
                new Preparation(
                        spec.fit(),
                        0,
                        Resampling.AREA,
                        order,
                        Collections.nCopies(order.channels(), 0.0),
                        Collections.nCopies(order.channels(), 1.0),
                        Normalisation.NONE));
    }

    /** Writes a picture at the buffer's position and advances it. */
    public void write(Picture picture, FloatBuffer input) {
        if (picture.channels() == colour.channels()) {
            ofColour.write(picture, input);
            return;
        }
        ofGray.write(picture, FloatBuffer.wrap(luma));
        for (int channel = 0; channel < colour.channels(); channel++) {
            input.put(luma);
        }
    }

    /**
     * Returns the close-up of a find.
     *
     * @param factor how many times the longer side of the find's box the square has
     */
    public CloseUp closeUp(Picture picture, Region find, double factor) {
        return new CloseUp(picture, find, factor, picture.channels() == colour.channels() ? colour : gray);
    }

    /** Returns regions of the input as regions of the picture, without those that lie wholly beside it. */
    public List<Region> inPicture(List<Region> regions, int width, int height) {
        Placement placement = Preprocessor.placement(colour, width, height);
        Region whole = Region.whole(width, height);
        return regions.stream()
                .map(region -> back(region, placement))
                .filter(region -> region.overlap(whole) > 0)
                .toList();
    }

    private static Region back(Region region, Placement placement) {
        return new Region(
                (float) placement.pictureX(region.x()),
                (float) placement.pictureY(region.y()),
                (float) (region.width() / placement.scaleX()),
                (float) (region.height() / placement.scaleY()),
                region.score(),
                region.points().stream()
                        .map(point ->
                                new Point((float) placement.pictureX(point.x()), (float) placement.pictureY(point.y())))
                        .toList());
    }
}
