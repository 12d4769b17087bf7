package io.twinstream.verifier.match;

/**
 * A code kernel compares the codes of probes with those of a tile's references. All kernels compute the same numbers. Safe for
 * many threads.
 *
 * <p>Maintainers: {@link CodedTiles} describes how codes lie in memory. Sums over the rows of a part fit 16 bits.
 */
interface CodeKernel {
    /** This is the number of references whose codes lie side by side: eight longs, the widest register of a CPU. */
    int COLUMN = 64;

    /** This is the number of longs in a row of a column. */
    int ROW = COLUMN / Long.BYTES;

    /** This is the number of columns of a tile. */
    int COLUMNS = 16;

    /** This is the number of references of a tile. */
    int TILE = COLUMN * COLUMNS;

    /** Sums of so many rows fit the 16 bits that kernels give them. */
    int PART = 256;

    /**
     * Computes the distances of probes to the references of a tile's first columns, each plus the sum of the probe's own codes.
     *
     * @param probes groups of probes
     * @param codes the codes of the references, {@code [COLUMNS][rows * ROW]}
     * @param sums the sums of the references' codes, those in favour counted negatively
     * @param distances receives {@code [groups][width * TILE]}
     */
    void distances(ProbeCodes[] probes, long[][] codes, int[] sums, int columns, int[][] distances);

    /**
     * Finds which references of a column are within a limit, once the error of their codes is taken off.
     *
     * @param distances as {@link #distances} gives them
     * @param from the index of the column's first distance
     * @param errors the errors of the references' codes in steps
     * @param first the index of the column's first error
     * @return a bit for each of the column's references
     */
    long within(int[] distances, int from, int[] errors, int first, int limit);
}
