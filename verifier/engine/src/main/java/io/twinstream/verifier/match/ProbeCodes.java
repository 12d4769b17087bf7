package io.twinstream.verifier.match;

/**
 * Probe codes are the codes of a group of probes by one coding, as kernels read them.
 *
 * @param width the number of probes, {@value #GROUP} or 1
 * @param codes {@code [rows][width]}: each code eight times, in the bytes of a long
 * @param sums by probe: the sum of its codes, those in favour counted negatively
 * @param errors by probe: the error of its codes
 */
record ProbeCodes(Coding coding, int width, long[] codes, int[] sums, double[] errors) {
    /** This is the number of probes that a kernel compares at a time, where there are as many. */
    static final int GROUP = 4;

    private static final long EVERY_BYTE = 0x0101010101010101L;

    /** Returns into how many groups probes come: fours, and a lone probe or two for themselves. */
    static int groups(int probes) {
        int left = probes % GROUP;
        return probes / GROUP + (left == GROUP - 1 ? 1 : left);
    }

    /** Returns the group of one of some probes. */
    static int group(int probe, int probes) {
        return isAlone(probe, probes) ? probes / GROUP + probe % GROUP : probe / GROUP;
    }

    /** Returns the place of one of some probes in its group. */
    static int place(int probe, int probes) {
        return isAlone(probe, probes) ? 0 : probe % GROUP;
    }

    private static boolean isAlone(int probe, int probes) {
        return probe >= probes - probes % GROUP && probes % GROUP < GROUP - 1;
    }

    /** Encodes a group of folded probes. In a group of three the last one stands for the one that is missing. */
    static ProbeCodes of(Coding coding, float[][] probes, int group) {
        int full = probes.length / GROUP;
        boolean alone = group >= full && probes.length % GROUP < GROUP - 1;
        int from = alone ? full * GROUP + group - full : group * GROUP;
        int width = alone ? 1 : GROUP;
        long[] codes = new long[coding.rows() * width];
        int[] sums = new int[width];
        double[] errors = new double[width];
        byte[] row = new byte[coding.rows()];
        for (int p = 0; p < width; p++) {
            errors[p] = coding.encode(probes[Math.min(from + p, probes.length - 1)], row);
            sums[p] = coding.sum(row);
            for (int r = 0; r < row.length; r++) {
                codes[r * width + p] = row[r] * EVERY_BYTE;
            }
        }
        return new ProbeCodes(coding, width, codes, sums, errors);
    }

    /** Returns the limit of {@link CodeKernel#distances} for references whose logit with a probe may be at least a given one. */
    int limit(int probe, float logit) {
        return coding.limit(errors[probe], logit) + sums[probe];
    }

    /**
     * Returns the distance up to which a reference's codes look as if it counts, where a limit also allows for what the errors of
     * both may add at worst.
     */
    int likely(int probe, int limit) {
        int error = coding.errorSteps(errors[probe]);
        return error < Coding.NO_LIMIT ? limit - error : limit;
    }

    /** Returns a logit that is at least that of a reference with a distance of {@link CodeKernel#distances}, less its error. */
    float most(int probe, int distance) {
        return coding.most(errors[probe], distance - sums[probe]);
    }
}
