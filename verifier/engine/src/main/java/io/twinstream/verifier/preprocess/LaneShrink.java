package io.twinstream.verifier.preprocess;

import io.twinstream.schemas.image.Picture;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A lane shrink shrinks a gray picture by averaging the area that each target pixel covers, in whole numbers and so
 * without rounding. Areas are counted in shares of a pixel: a target pixel covers as many shares as the source has
 * pixels. It reuses its buffers and is for one thread.
 *
 * <p>Maintainers: eight samples of a row are summed at once, in the 16-bit lanes of two longs, since HotSpot doesn't
 * vectorize loops that widen bytes.
 */
final class LaneShrink {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LANES = 0x00ff00ff00ff00ffL;
    private static final int LANE = 0xffff;
    /** Whole samples that a lane can sum. */
    private static final int MOST_SOURCE = LANE / 255;

    private final int width;
    private final int height;
    private final int targetWidth;
    private final int targetHeight;
    /**
     * Holds where each target column ends: the number of whole source columns before that, with the shares of the next
     * in {@code borderShares}.
     */
    private final int[] borders;

    private final int[] borderShares;
    private final long[] even;
    private final long[] odd;
    /** Holds the sum of everything left of each source column. */
    private final int[] before;

    LaneShrink(int width, int height, int targetWidth, int targetHeight) {
        this.width = width;
        this.height = height;
        this.targetWidth = targetWidth;
        this.targetHeight = targetHeight;
        borders = new int[targetWidth];
        borderShares = new int[targetWidth];
        for (int x = 0; x < targetWidth; x++) {
            borders[x] = (x + 1) * width / targetWidth;
            borderShares[x] = (x + 1) * width % targetWidth;
        }
        int longs = (width + Long.BYTES - 1) / Long.BYTES;
        even = new long[longs];
        odd = new long[longs];
        // The last target ends where the source does, and takes no share of the padding behind it.
        before = new int[longs * Long.BYTES + 2];
    }

    /** Returns whether a picture can be shrunk so: the lanes hold its sums, and no side grows. */
    static boolean takes(int width, int height, int targetWidth, int targetHeight) {
        return Math.max(width, height) <= MOST_SOURCE
                && width >= Math.max(targetWidth, Long.BYTES)
                && height >= targetHeight;
    }

    boolean fits(Picture picture) {
        return picture.width() == width && picture.height() == height;
    }

    /**
     * Writes the shrunk picture, {@code [targetHeight][targetWidth]}.
     *
     * @param factor the factor from means, 0 to 255, to target values
     * @param offset the number added to each target value
     */
    void write(byte[] samples, float factor, float offset, float[] target) {
        float scale = factor / (width * height);
        for (int y = 0; y < targetHeight; y++) {
            sumRows(samples, y);
            sumLanes();
            sumColumns(scale, offset, target, y * targetWidth);
        }
    }

    private void sumRows(byte[] samples, int y) {
        int first = y * height / targetHeight;
        int last = ((y + 1) * height - 1) / targetHeight;
        for (int row = first; row <= last; row++) {
            add(samples, row * width, shares(y, row, height, targetHeight), row == first);
        }
    }

    private void add(byte[] samples, int start, int shares, boolean anew) {
        int whole = width / Long.BYTES;
        for (int i = 0; i < whole; i++) {
            add(i, (long) LONGS.get(samples, start + i * Long.BYTES), shares, anew);
        }
        int rest = width % Long.BYTES;
        if (rest > 0) {
            long end = (long) LONGS.get(samples, start + width - Long.BYTES);
            add(whole, end >>> ((Long.BYTES - rest) * Byte.SIZE), shares, anew);
        }
    }

    private void add(int i, long eight, int shares, boolean anew) {
        long evenSums = (eight & LANES) * shares;
        long oddSums = ((eight >>> Byte.SIZE) & LANES) * shares;
        even[i] = anew ? evenSums : even[i] + evenSums;
        odd[i] = anew ? oddSums : odd[i] + oddSums;
    }

    private void sumLanes() {
        int sum = 0;
        for (int i = 0; i < even.length; i++) {
            long evens = even[i];
            long odds = odd[i];
            int at = i * Long.BYTES + 1;
            before[at] = sum += (int) evens & LANE;
            before[at + 1] = sum += (int) odds & LANE;
            before[at + 2] = sum += (int) evens >>> Short.SIZE;
            before[at + 3] = sum += (int) odds >>> Short.SIZE;
            before[at + 4] = sum += (int) (evens >>> Integer.SIZE) & LANE;
            before[at + 5] = sum += (int) (odds >>> Integer.SIZE) & LANE;
            before[at + 6] = sum += (int) (evens >>> (Integer.SIZE + Short.SIZE));
            before[at + 7] = sum += (int) (odds >>> (Integer.SIZE + Short.SIZE));
        }
    }

    /** Computes each target as the difference of the sums before its two borders. */
    private void sumColumns(float scale, float offset, float[] target, int start) {
        int left = 0;
        for (int x = 0; x < targetWidth; x++) {
            int whole = before[borders[x]];
            int right = targetWidth * whole + borderShares[x] * (before[borders[x] + 1] - whole);
            target[start + x] = offset + scale * (right - left);
            left = right;
        }
    }

    /** Returns the shares of a source pixel that a target covers, and 0 where it lies outside. */
    private static int shares(int target, int pixel, int source, int targets) {
        int from = Math.max(target * source, pixel * targets);
        int to = Math.min((target + 1) * source, (pixel + 1) * targets);
        return Math.max(0, to - from);
    }
}
