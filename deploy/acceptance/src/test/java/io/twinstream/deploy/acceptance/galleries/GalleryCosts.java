package io.twinstream.deploy.acceptance.galleries;

import io.twinstream.schemas.topic.Position;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.gallery.Gallery;
import io.twinstream.verifier.match.MatchFunction;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Random;

/** Measures what a gallery in this process takes: memory for each reference, and time to enrol one and to erase one. */
final class GalleryCosts {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int OPERATIONS = 2_000;
    private static final int ROUNDS = 9;

    private final MatchFunction function;
    private final Gallery gallery;
    private final Random random = new Random(3);
    private int enrolled;

    GalleryCosts(MatchFunction function) {
        this.function = function;
        this.gallery = new Gallery(function);
    }

    /** Enrols up to so many references. */
    void grow(int references) {
        for (; enrolled < references; enrolled++) {
            put(enrolled);
        }
    }

    /**
     * Returns the microseconds of processor time to enrol a reference and to erase it again, each the median of some rounds.
     */
    double[] micros() {
        double[] enrol = new double[ROUNDS];
        double[] erase = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            float[] embedding = embedding();
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < OPERATIONS; i++) {
                gallery.put(key(i, "other"), embedding, new Position(0, i, i), i);
            }
            long between = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < OPERATIONS; i++) {
                gallery.erase(key(i, "other"));
            }
            enrol[round] = (between - start) / 1e3 / OPERATIONS;
            erase[round] = (THREADS.getCurrentThreadCpuTime() - between) / 1e3 / OPERATIONS;
        }
        Arrays.sort(enrol);
        Arrays.sort(erase);
        return new double[] {enrol[ROUNDS / 2], erase[ROUNDS / 2]};
    }

    /** Returns the bytes of the heap that are in use, without those that can be collected. */
    static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void put(int i) {
        gallery.put(key(i, "1"), embedding(), new Position(i % 4, i, i), i);
    }

    /** Returns a key; keys are spread over the order of the names. */
    private static ReferenceKey key(int i, String reference) {
        return new ReferenceKey("subject-" + Integer.toUnsignedString(i * 0x9E3779B1), reference);
    }

    private float[] embedding() {
        float[] embedding = new float[function.length()];
        for (int d = 0; d < embedding.length; d++) {
            embedding[d] = random.nextFloat();
        }
        return embedding;
    }
}
