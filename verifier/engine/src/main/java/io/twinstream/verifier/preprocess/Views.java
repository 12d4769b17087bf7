package io.twinstream.verifier.preprocess;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.Manifest;
import java.util.List;

/**
 * Views are small distortions of a picture, the same for every picture. An embedding averaged over them depends less on
 * how somebody held the pen. View 0 is the picture itself, and K views are the first K.
 *
 * <p>Maintainers: slants of 0.04 to 0.45, turns of 2 to 24 degrees, shifts of 1.5 to 4.5 %, stretches of 5 to 15 % and
 * turns with stretches were tried on Omniglot's validation alphabets with the first shipped model. Slants of 0.11 and
 * 0.22 did best for 5 views, with 1.75 points of one-shot accuracy; turns on both sides lowered the equal error rate
 * most; shifts and stretches did little.
 */
public final class Views {
    /** The number of views that there are. */
    public static final int MOST = Manifest.MOST_VIEWS;

    private static final List<Affine> MAPS = List.of(
            Affine.IDENTITY,
            slanted(0.11),
            slanted(-0.11),
            slanted(0.22),
            slanted(-0.22),
            turned(4),
            turned(-4),
            turned(8),
            turned(-8));

    private Views() {}

    /** Checks that so many views exist, and that there is at least one. */
    public static void requireCount(int views) {
        if (views < 1 || views > MOST) {
            throw new IllegalArgumentException("views must be 1 to %d, was %d".formatted(MOST, views));
        }
    }

    /**
     * Returns one view of a picture, of the same size.
     *
     * @param number the view's number, 0 to {@value #MOST} - 1; 0 returns the picture itself
     * @param warp the warp that says how the picture goes on outside its edges
     */
    public static Picture of(Picture picture, int number, PictureWarp warp) {
        return number == 0 ? picture : warp.warp(picture, MAPS.get(number), false);
    }

    private static Affine slanted(double slant) {
        return new Affine(1, slant, 0, 1, 0, 0);
    }

    private static Affine turned(double degrees) {
        double cos = Math.cos(Math.toRadians(degrees));
        double sin = Math.sin(Math.toRadians(degrees));
        return new Affine(cos, -sin, sin, cos, 0, 0);
    }
}
