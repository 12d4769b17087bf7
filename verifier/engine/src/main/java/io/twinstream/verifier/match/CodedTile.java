package io.twinstream.verifier.match;

import io.twinstream.verifier.match.KeptNumbers.UnreadableNumbersException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coded tile holds the embeddings of {@value CodeKernel#TILE} slots, as numbers and as codes. Many threads may read, but none while
 * another one writes.
 *
 * <p>Numbers that are kept elsewhere stay in memory only until the tile has had as many embeddings as it has slots, since it chooses
 * its coding by them until then. Embeddings that can't be coded always stay.
 *
 * <p>Maintainers: codes lie in columns of {@value CodeKernel#COLUMN} references, and in a column row by row, one byte for each
 * reference. The reference s has byte {@code 4 * (s % 16) + s / 16} of a row, since kernels widen bytes to the quarters of an int.
 * Numbers lie reference by reference, since that is how they are read.
 *
 * <p>The coding is chosen anew when many embeddings have come since, and kept unless another is clearly better: probes are encoded
 * once for all tiles that share one.
 */
final class CodedTile {
    private static final Logger log = LoggerFactory.getLogger(CodedTile.class);

    /** The error of a free slot: no limit is as low. */
    private static final int FREE = -Coding.UNBOUNDED;

    private static final int FIRST_CHOICE = 16;
    private static final int GROWTH = 8;
    private static final int SAMPLE = 64;
    private static final int PROOF = 16;
    /** Another coding replaces one if its errors are smaller by this factor. */
    private static final double BETTER = 1.25;

    private static final float[] ELSEWHERE = new float[0];
    private static final int IN_MEMORY = -1;

    private final MatchFunction function;

    /** By slot: the folded embedding; empty where it is kept elsewhere, or the slot was never used. */
    private final float[][] numbers = new float[CodeKernel.TILE][];

    /** By slot: the place where its numbers are kept. */
    private final int[] places = new int[CodeKernel.TILE];

    /** Keeps the numbers of all places. */
    private KeptNumbers kept = KeptNumbers.NOTHING;

    /** By slot: the error of its codes in steps. */
    private final int[] errors = new int[CodeKernel.TILE];

    /** By slot: the sum of its codes, those in favour counted negatively. */
    private final int[] sums = new int[CodeKernel.TILE];

    private final long[][] codes = new long[CodeKernel.COLUMNS][];
    private @Nullable Coding coding;
    private int changes;
    private int nextChoice;

    /**
     * Creates a tile of free slots.
     *
     * @param coding what other tiles have; null if there is none yet
     */
    CodedTile(MatchFunction function, @Nullable Coding coding) {
        this.function = function;
        Arrays.fill(numbers, ELSEWHERE);
        Arrays.fill(places, IN_MEMORY);
        Arrays.fill(errors, FREE);
        nextChoice = coding == null ? FIRST_CHOICE : CodeKernel.TILE;
        if (coding != null) {
            use(coding);
        }
    }

    /** Returns the coding; null means that all is to be compared exactly. */
    @Nullable
    Coding coding() {
        return coding;
    }

    long[][] codes() {
        return codes;
    }

    int[] sums() {
        return sums;
    }

    int[] errors() {
        return errors;
    }

    /** Returns the folded embedding of a slot if it is in memory, else an empty one. */
    float[] inMemory(int at) {
        return numbers[at];
    }

    /** Returns the folded embedding of a slot, which is only to be read. */
    float[] numbers(int at) {
        if (!isElsewhere(at)) {
            return numbers[at];
        }
        float[] read = new float[function.foldedLength()];
        read(at, read);
        return read;
    }

    /** Reads the folded embedding of a slot that isn't in memory. */
    void read(int at, float[] into) {
        kept.read(places[at], into);
    }

    private boolean isElsewhere(int at) {
        return places[at] != IN_MEMORY && numbers[at].length == 0;
    }

    boolean holds(int at) {
        return errors[at] != FREE;
    }

    /**
     * Sets a slot.
     *
     * @param folded the folded embedding, which is handed over
     * @param by keeps the same numbers for as long as the slot holds them
     * @param place where it does, if it holds the place
     */
    void put(int at, float[] folded, KeptNumbers by, int place) {
        if (kept == KeptNumbers.NOTHING) {
            kept = by;
        }
        places[at] = by == kept && kept.holds(place) ? place : IN_MEMORY;
        errors[at] = Coding.UNBOUNDED;
        if (coding != null) {
            encode(coding, at, folded);
        }
        if (changes >= CodeKernel.TILE && mayLeave(at)) {
            leave(at);
        } else {
            store(at, folded);
        }
        changes++;
        if (changes >= nextChoice) {
            choose();
            nextChoice = Math.min(changes * GROWTH, changes + CodeKernel.TILE);
        }
        if (changes == CodeKernel.TILE) {
            IntStream.range(0, CodeKernel.TILE).filter(this::mayLeave).forEach(this::leave);
        }
    }

    private void store(int at, float[] folded) {
        if (numbers[at].length == 0) {
            numbers[at] = folded;
        } else {
            // What was there doesn't stay in memory.
            System.arraycopy(folded, 0, numbers[at], 0, folded.length);
        }
    }

    private boolean mayLeave(int at) {
        return places[at] != IN_MEMORY && errors[at] != Coding.UNBOUNDED;
    }

    /** Takes the numbers of a slot out of memory. */
    private void leave(int at) {
        Arrays.fill(numbers[at], 0);
        numbers[at] = ELSEWHERE;
    }

    void wipe(int at) {
        Arrays.fill(numbers[at], 0);
        places[at] = IN_MEMORY;
        errors[at] = FREE;
        sums[at] = 0;
        if (coding != null) {
            write(at, new byte[coding.rows()]);
        }
    }

    /**
     * Takes another coding for what the tile holds now, if that is clearly better. Where numbers can't be read any more the coding
     * stays: searches find the same by any, and the first that reads those numbers says so.
     */
    private void choose() {
        try {
            List<float[]> sample = sample();
            if (sample.isEmpty()) {
                return;
            }
            Coding fresh = Coding.of(function, sample);
            if (coding == null || error(fresh, sample) * BETTER < error(coding, sample)) {
                int[] held =
                        IntStream.range(0, CodeKernel.TILE).filter(this::holds).toArray();
                List<float[]> all = IntStream.of(held).mapToObj(this::numbers).toList();
                use(fresh);
                for (int i = 0; i < held.length; i++) {
                    encode(fresh, held[i], all.get(i));
                }
            }
        } catch (UnreadableNumbersException e) {
            log.debug("the coding of a tile stays as it is", e);
        }
    }

    /** Returns some of the tile's embeddings that can be coded, spread over it. */
    private List<float[]> sample() {
        int[] taken = IntStream.range(0, CodeKernel.TILE)
                .filter(at -> holds(at) && (isElsewhere(at) || Coding.codes(numbers[at])))
                .toArray();
        int count = Math.min(SAMPLE, taken.length);
        return IntStream.range(0, count)
                .mapToObj(i -> numbers(taken[i * taken.length / count]))
                .toList();
    }

    /** Returns the error that a coding has at the middle one of some embeddings. */
    private static double error(Coding of, List<float[]> sample) {
        byte[] encoded = new byte[of.rows()];
        double[] errors = sample.stream()
                .limit(PROOF)
                .mapToDouble(each -> of.encode(each, encoded))
                .sorted()
                .toArray();
        return errors[errors.length / 2];
    }

    private void use(Coding wanted) {
        coding = wanted;
        for (int column = 0; column < codes.length; column++) {
            codes[column] = new long[wanted.rows() * CodeKernel.ROW];
        }
    }

    private void encode(Coding by, int at, float[] folded) {
        byte[] encoded = new byte[by.rows()];
        errors[at] = by.errorSteps(by.encode(folded, encoded));
        sums[at] = by.sum(encoded);
        write(at, encoded);
    }

    private void write(int at, byte[] encoded) {
        long[] column = codes[at / CodeKernel.COLUMN];
        int slot = at % CodeKernel.COLUMN;
        int place = 4 * (slot % (CodeKernel.COLUMN / 4)) + slot / (CodeKernel.COLUMN / 4);
        int shift = place % Long.BYTES * Byte.SIZE;
        for (int row = 0; row < encoded.length; row++) {
            int of = row * CodeKernel.ROW + place / Long.BYTES;
            column[of] = (column[of] & ~(0xFFL << shift)) | ((long) encoded[row] << shift);
        }
    }
}
