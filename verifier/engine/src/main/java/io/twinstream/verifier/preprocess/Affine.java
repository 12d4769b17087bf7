package io.twinstream.verifier.preprocess;

/**
 * An affine map takes an offset in the target picture to one in the source, both in pixels from the picture's centre:
 * {@code x' = xx * x + xy * y + dx}, {@code y' = yx * x + yy * y + dy}; y points down.
 */
public record Affine(double xx, double xy, double yx, double yy, double dx, double dy) {
    public static final Affine IDENTITY = new Affine(1, 0, 0, 1, 0, 0);

    /** Applies this map first and then quarter turns, which are exact: nothing is resampled. */
    public Affine thenTurn(int quarters) {
        Affine turned = this;
        for (int i = 0; i < quarters; i++) {
            turned = new Affine(-turned.yx, -turned.yy, turned.xx, turned.xy, -turned.dy, turned.dx);
        }
        return turned;
    }

    /** Applies this map first and then a mirror that swaps left and right. */
    public Affine thenMirror() {
        return new Affine(-xx, xy, -yx, yy, dx, dy);
    }
}
