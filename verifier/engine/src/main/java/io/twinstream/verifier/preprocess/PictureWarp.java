package io.twinstream.verifier.preprocess;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;

/** A picture warp redraws a picture through an affine map, bent where that is asked for, bilinearly. Immutable. */
public final class PictureWarp {
    /** Draws white where the source ends, for drawings. */
    public static final PictureWarp ON_PAPER = new PictureWarp(false);

    /** Repeats the nearest edge where the source ends, for photographs. */
    public static final PictureWarp EDGES_GO_ON = new PictureWarp(true);

    private static final int WHITE = 255;

    private final boolean edgesGoOn;

    private PictureWarp(boolean edgesGoOn) {
        this.edgesGoOn = edgesGoOn;
    }

    /** Returns the warp that suits a model's pictures: drawings or photographs. */
    public static PictureWarp of(InputSpec input) {
        return input.inkIsOne() ? ON_PAPER : EDGES_GO_ON;
    }

    /**
     * Draws the picture anew.
     *
     * @param sideways true to swap width and height, as an odd number of quarter turns does
     */
    public Picture warp(Picture source, Affine map, boolean sideways) {
        return warp(source, map, Bends.NONE, sideways);
    }

    /**
     * Draws the picture anew, bent.
     *
     * @param sideways true to swap width and height, as an odd number of quarter turns does
     */
    public Picture warp(Picture source, Affine map, Bends bends, boolean sideways) {
        int width = sideways ? source.height() : source.width();
        int height = sideways ? source.width() : source.height();
        int channels = source.channels();
        byte[] target = new byte[width * height * channels];
        double centreX = (source.width() - 1) / 2.0;
        double centreY = (source.height() - 1) / 2.0;
        int at = 0;
        for (int row = 0; row < height; row++) {
            double rowY = row - (height - 1) / 2.0;
            Bends.Row bent = bends.isNone() ? null : bends.row(row, height);
            for (int column = 0; column < width; column++) {
                double columnX = column - (width - 1) / 2.0;
                double x = bent == null ? columnX : columnX + bent.across(column, width) * width;
                double y = bent == null ? rowY : rowY + bent.down(column, width) * height;
                double sourceX = map.xx() * x + map.xy() * y + map.dx() + centreX;
                double sourceY = map.yx() * x + map.yy() * y + map.dy() + centreY;
                for (int channel = 0; channel < channels; channel++) {
                    target[at++] = (byte) Math.round(sample(source, sourceX, sourceY, channel));
                }
            }
        }
        return new Picture(width, height, channels, target);
    }

    private double sample(Picture source, double x, double y, int channel) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double right = x - left;
        double down = y - top;
        int width = source.width();
        if (left >= 0 && top >= 0 && left + 1 < width && top + 1 < source.height()) {
            byte[] samples = source.samples();
            int channels = source.channels();
            int upper = (top * width + left) * channels + channel;
            int lower = upper + width * channels;
            return between(
                    samples[upper] & 0xff,
                    samples[upper + channels] & 0xff,
                    samples[lower] & 0xff,
                    samples[lower + channels] & 0xff,
                    right,
                    down);
        }
        return between(
                at(source, left, top, channel),
                at(source, left + 1, top, channel),
                at(source, left, top + 1, channel),
                at(source, left + 1, top + 1, channel),
                right,
                down);
    }

    /** Returns the value between four. Most of a drawing is paper, where there is nothing to compute. */
    private static double between(int upper, int upperRight, int lower, int lowerRight, double right, double down) {
        if (upper == upperRight && upper == lower && upper == lowerRight) {
            return upper;
        }
        double above = (1 - right) * upper + right * upperRight;
        double below = (1 - right) * lower + right * lowerRight;
        return (1 - down) * above + down * below;
    }

    private int at(Picture source, int x, int y, int channel) {
        int column = edgesGoOn ? Math.min(Math.max(x, 0), source.width() - 1) : x;
        int row = edgesGoOn ? Math.min(Math.max(y, 0), source.height() - 1) : y;
        if (column < 0 || row < 0 || column >= source.width() || row >= source.height()) {
            return WHITE;
        }
        return source.samples()[(row * source.width() + column) * source.channels() + channel] & 0xff;
    }
}
