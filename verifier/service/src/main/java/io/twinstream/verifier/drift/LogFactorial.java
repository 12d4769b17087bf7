package io.twinstream.verifier.drift;

/** Natural logarithms of factorials, to within a few units of their last place. */
final class LogFactorial {
    private static final double[] SMALL = new double[256];

    static {
        for (int i = 2; i < SMALL.length; i++) {
            SMALL[i] = SMALL[i - 1] + Math.log(i);
        }
    }

    private LogFactorial() {}

    /** Of 0 or more; Stirling's series where the next term is below 1e-15. */
    static double of(long number) {
        if (number < SMALL.length) {
            return SMALL[(int) number];
        }
        double n = number;
        return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n * n * n);
    }
}
