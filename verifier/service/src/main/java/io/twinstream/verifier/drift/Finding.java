package io.twinstream.verifier.drift;

/**
 * An alarm that a window raises or clears.
 *
 * @param clears false if it raises it
 * @param observed in the window, see the schema of alarms
 * @param statistic what has reached the bound
 * @param reason one line
 */
record Finding(
        Raised raised,
        boolean clears,
        double observed,
        double expected,
        double statistic,
        double bound,
        String reason) {}
