package io.twinstream.verifier.decode;

import io.twinstream.schemas.modelpackage.Manifest;
import java.util.List;

/**
 * Small distortions of a picture, the same for every picture: what is averaged over them depends less on how somebody
 * held the pen. View 0 is the picture itself, and K views are the first K.
 */
public final class Views {
    /** The most views that there are. */
    public static final int MOST = Manifest.MOST_VIEWS;

    private static final double TURN = Math.toRadians(6);
    private static final double STRETCH = 0.08;
    private static final double SLANT = 0.1;
    private static final double SHIFT = 0.03;

    private static final List<Affine> MAPS = List.of(
            Affine.IDENTITY,
            turned(TURN, 1 + STRETCH),
            turned(-TURN, 1 + STRETCH),
            turned(TURN, 1 - STRETCH),
            turned(-TURN, 1 - STRETCH),
            new Affine(1, SLANT, 0, 1, SHIFT, SHIFT),
            new Affine(1, -SLANT, 0, 1, -SHIFT, SHIFT),
            new Affine(1, SLANT, 0, 1, -SHIFT, -SHIFT),
            new Affine(1, -SLANT, 0, 1, SHIFT, -SHIFT));

    private Views() {}

    /** Checks that there are so many views: at least one. */
    public static void requireCount(int views) {
        if (views < 1 || views > MOST) {
            throw new IllegalArgumentException("views must be 1 to %d, was %d".formatted(MOST, views));
        }
    }

    /**
     * One view of a picture, of the same size.
     *
     * @param number 0 to {@value #MOST} - 1; 0 returns the picture
     * @param warp what lies around the picture
     */
    public static Picture of(Picture picture, int number, PictureWarp warp) {
        if (number == 0) {
            return picture;
        }
        Affine map = MAPS.get(number);
        Affine inPixels = new Affine(
                map.xx(), map.xy(), map.yx(), map.yy(), map.dx() * picture.width(), map.dy() * picture.height());
        return warp.warp(picture, inPixels, false);
    }

    private static Affine turned(double angle, double scale) {
        double cos = Math.cos(angle) * scale;
        double sin = Math.sin(angle) * scale;
        return new Affine(cos, -sin, sin, cos, 0, 0);
    }
}
