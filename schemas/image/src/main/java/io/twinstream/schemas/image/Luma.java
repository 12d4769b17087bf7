package io.twinstream.schemas.image;

/** Sample arithmetic that every decoder shares, so that the same pixel gives the same sample from any format. */
final class Luma {
    private Luma() {}

    /** Rec. 601 luma of 8-bit samples, rounded, in 16-bit fixed point. */
    static int of(int red, int green, int blue) {
        return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
    }
}
