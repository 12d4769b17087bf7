package io.twinstream.verifier.inference;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Embed rates say how fast a model's fp32 and int8 embedders are on one thread of this machine. Both count images per
 * second of processor time, so that other work on the machine doesn't distort them.
 */
public record EmbedRates(double fp32, double int8) {
    private static final int SEED = 1;

    /**
     * Measures both embedders in turns and takes the median of the rounds for each.
     *
     * @param images the number of images in a batch
     * @param mostNanos the processor time of this thread, in nanoseconds, after which no further round begins
     */
    public static EmbedRates measure(Embedder fp32, Embedder int8, int images, int rounds, long mostNanos) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        EmbedBatch exact = fp32.newBatch(images);
        EmbedBatch quantized = int8.newBatch(images);
        Picture picture = noise(fp32.input());
        long begun = threads.getCurrentThreadCpuTime();
        // A first run allocates.
        nanos(threads, exact, picture);
        nanos(threads, quantized, picture);
        long[] exactNanos = new long[rounds];
        long[] quantizedNanos = new long[rounds];
        int round = 0;
        do {
            exactNanos[round] = nanos(threads, exact, picture);
            quantizedNanos[round] = nanos(threads, quantized, picture);
            round++;
        } while (round < rounds && threads.getCurrentThreadCpuTime() - begun < mostNanos);
        return new EmbedRates(rate(images, exactNanos, round), rate(images, quantizedNanos, round));
    }

    public double ratio() {
        return int8 / fp32;
    }

    private static long nanos(ThreadMXBean threads, EmbedBatch batch, Picture picture) {
        while (batch.free() > 0) {
            batch.addWhole(picture);
        }
        long start = threads.getCurrentThreadCpuTime();
        batch.run();
        return Math.max(1, threads.getCurrentThreadCpuTime() - start);
    }

    private static double rate(int images, long[] nanos, int rounds) {
        long[] measured = Arrays.copyOf(nanos, rounds);
        Arrays.sort(measured);
        return (double) images * TimeUnit.SECONDS.toNanos(1) / measured[rounds / 2];
    }

    private static Picture noise(InputSpec input) {
        byte[] samples = new byte[input.length()];
        new Random(SEED).nextBytes(samples);
        return new Picture(input.width(), input.height(), input.channels(), samples);
    }
}
