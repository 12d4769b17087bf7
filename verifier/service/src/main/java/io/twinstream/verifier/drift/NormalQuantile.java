package io.twinstream.verifier.drift;

/** Quantiles of the standard normal distribution by Wichura's PPND7 (Applied Statistics algorithm AS 241), to within 1e-5. */
final class NormalQuantile {
    private static final double[] A = {3.3871327179, 50.434271938, 159.29113202, 59.109374720};
    private static final double[] B = {1, 17.895169469, 78.757757664, 67.187563600};
    private static final double[] C = {1.4234372777, 2.7568153900, 1.3067284816, 0.17023821103};
    private static final double[] D = {1, 0.73700164250, 0.12021132975};
    private static final double[] E = {6.6579051150, 3.0812263860, 0.42868294337, 0.017337203997};
    private static final double[] F = {1, 0.24197894225, 0.012258202635};
    private static final double MIDDLE = 0.425;

    private NormalQuantile() {}

    /**
     * The value that is exceeded with a probability.
     *
     * @param below the probability of less, exact where it is small
     * @param above the probability of more, what is missing to 1
     */
    static double of(double below, double above) {
        double q = (below - above) / 2;
        if (Math.abs(q) <= MIDDLE) {
            double r = MIDDLE * MIDDLE - q * q;
            return q * polynomial(A, r) / polynomial(B, r);
        }
        double r = Math.sqrt(-Math.log(Math.min(below, above)));
        double value =
                r <= 5 ? polynomial(C, r - 1.6) / polynomial(D, r - 1.6) : polynomial(E, r - 5) / polynomial(F, r - 5);
        return q < 0 ? -value : value;
    }

    private static double polynomial(double[] factors, double x) {
        double sum = 0;
        for (int i = factors.length - 1; i >= 0; i--) {
            sum = sum * x + factors[i];
        }
        return sum;
    }
}
