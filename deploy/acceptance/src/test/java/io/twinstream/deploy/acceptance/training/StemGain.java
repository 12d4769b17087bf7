package io.twinstream.deploy.acceptance.training;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.Precision;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;

/**
 * A stem gain says what the fast form of a first layer gains. Two packages whose int8 embedders are to answer alike are measured
 * in turns, on one thread, by its processor time: a machine whose speed changes is as fast for both. Each runs its batches in the
 * size that is the best for it.
 *
 * @param share the processor time of the second, as a share of the first one's; the median of the rounds
 * @param micros the microseconds an image of the second
 * @param run the images of a run of the second
 * @param runBefore those of the first
 * @param pictures how many pictures both embedded
 * @param differing how many of them got another embedding, by a bit or more
 */
record StemGain(double share, double micros, int run, int runBefore, int pictures, int differing) {
    private static final int RUNS = 4;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /**
     * Compares two packages.
     *
     * @param pictures these are embedded by both, and the first of them measured
     * @param batch the number of images that are cut into runs
     */
    static StemGain measure(ModelPackage before, ModelPackage after, List<Picture> pictures, int batch, int rounds) {
        try (Embedder first = Embedder.open(before.at(Precision.INT8), ProviderChoice.CPU);
                Embedder second = Embedder.open(after.at(Precision.INT8), ProviderChoice.CPU)) {
            float[][] expected = first.embedAll(pictures);
            float[][] actual = second.embedAll(pictures);
            int differing = 0;
            for (int i = 0; i < expected.length; i++) {
                differing += Arrays.equals(expected[i], actual[i]) ? 0 : 1;
            }
            EmbedBatch.Buffers buffers = new EmbedBatch.Buffers();
            first.measureCut(batch, buffers);
            second.measureCut(batch, buffers);
            EmbedBatch ofFirst = first.newBatch(batch);
            EmbedBatch ofSecond = second.newBatch(batch);
            List<Picture> measured = pictures.subList(0, batch);
            // A first run allocates.
            nanos(ofFirst, measured);
            nanos(ofSecond, measured);
            double[] shares = new double[rounds];
            double[] micros = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                boolean secondBegins = round % 2 == 1;
                long early = secondBegins ? nanos(ofSecond, measured) : 0;
                long nanosOfFirst = nanos(ofFirst, measured);
                long nanosOfSecond = secondBegins ? early : nanos(ofSecond, measured);
                shares[round] = (double) nanosOfSecond / nanosOfFirst;
                micros[round] = nanosOfSecond / 1e3 / RUNS / batch;
            }
            return new StemGain(median(shares), median(micros), second.cut(), first.cut(), pictures.size(), differing);
        }
    }

    private static long nanos(EmbedBatch batch, List<Picture> pictures) {
        long nanos = 0;
        for (int run = 0; run < RUNS; run++) {
            pictures.forEach(batch::add);
            long start = THREADS.getCurrentThreadCpuTime();
            batch.run();
            nanos += THREADS.getCurrentThreadCpuTime() - start;
        }
        return Math.max(1, nanos);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    @Override
    public String toString() {
        return "%.3f of the processor time before, %.0f us an image in runs of %d (before %d), %d of %d embeddings differ"
                .formatted(share, micros, run, runBefore, differing, pictures);
    }
}
