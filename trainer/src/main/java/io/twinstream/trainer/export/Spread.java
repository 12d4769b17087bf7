package io.twinstream.trainer.export;

/**
 * How a tensor's numbers were spread over the calibration images.
 *
 * @param low the lowest, or zero
 * @param high the highest, or zero
 * @param counts over equal bins from low to high
 */
record Spread(double low, double high, long[] counts) {
    private double width() {
        return (high - low) / counts.length;
    }

    /** The middle of a bin. */
    double middle(int bin) {
        return low + (bin + 0.5) * width();
    }

    /** Where so large a share of the numbers lies below. */
    double quantile(double share) {
        long all = 0;
        for (long count : counts) {
            all += count;
        }
        long below = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            below += counts[bin];
            if (below >= share * all) {
                return low + (bin + 1) * width();
            }
        }
        return high;
    }
}
