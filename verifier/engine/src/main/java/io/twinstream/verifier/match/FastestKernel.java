package io.twinstream.verifier.match;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fastest kernel is the plain one, until the one that uses Java's Vector API has shown to be faster. Which one it is changes no
 * result. Safe for many threads.
 *
 * <p>Maintainers: until Java has compiled it, the vector kernel is a hundred times slower than plain loops. So a thread of its own
 * runs it until it is compiled, and no search waits for that. In a JVM that never compiles it well, plain loops go on.
 */
final class FastestKernel {
    private static final Logger log = LoggerFactory.getLogger(FastestKernel.class);
    private static final String MODULE = "jdk.incubator.vector";
    private static final String VECTORS = "io.twinstream.verifier.match.VectorKernel";

    /** The vector kernel has to be faster as many times in turn. */
    private static final int PROOFS = 20;

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LENGTH = 126;
    private static final int SAMPLE = 16;
    /** So many columns take the vector kernel through all that it does for a lone probe. */
    private static final int COLUMNS = 5;

    private static final AtomicBoolean SOUGHT = new AtomicBoolean();
    private static volatile CodeKernel fastest = new PlainKernel();

    private FastestKernel() {}

    static CodeKernel get() {
        return fastest;
    }

    /** Returns whether this JVM has the Vector API. */
    static boolean hasVectors() {
        return ModuleLayer.boot().findModule(MODULE).isPresent();
    }

    /** Creates the vector kernel, which this class doesn't name: it can't be loaded where the Vector API is missing. */
    static CodeKernel vectors() throws ReflectiveOperationException {
        return Class.forName(VECTORS)
                .asSubclass(CodeKernel.class)
                .getDeclaredConstructor()
                .newInstance();
    }

    /** Begins to look for a faster kernel than the plain one, at the first call. */
    static void seek() {
        if (hasVectors() && SOUGHT.compareAndSet(false, true)) {
            Thread thread = new Thread(FastestKernel::compare, "gallery-kernel");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void compare() {
        try {
            CodeKernel plain = fastest;
            CodeKernel vectors = vectors();
            Trial one = Trial.of(1);
            Trial group = Trial.of(ProbeCodes.GROUP);
            int proofs = 0;
            long end = System.nanoTime() + LIMIT.toNanos();
            while (proofs < PROOFS && System.nanoTime() < end) {
                boolean faster = one.nanos(vectors) < one.nanos(plain) && group.nanos(vectors) < group.nanos(plain);
                proofs = faster ? proofs + 1 : 0;
            }
            if (proofs == PROOFS) {
                fastest = vectors;
            }
            log.debug("galleries are searched by {}", fastest.getClass().getSimpleName());
        } catch (ReflectiveOperationException | LinkageError e) {
            log.warn(
                    "galleries are searched without vectors, since this Java's Vector API is another: {}",
                    e.toString());
        }
    }

    /** A trial is a search in some columns. */
    private record Trial(ProbeCodes[] probes, long[][] codes, int[] sums, int[][] distances) {
        static Trial of(int width) {
            Random random = new Random(width);
            float[] weights = new float[LENGTH];
            for (int d = 0; d < LENGTH; d++) {
                weights[d] = d % 2 == 0 ? 1 : -1;
            }
            float[][] sample =
                    Stream.generate(() -> embedding(random)).limit(SAMPLE).toArray(float[][]::new);
            Coding coding = Coding.of(new MatchFunction(weights, 0), List.of(sample));
            return new Trial(
                    new ProbeCodes[] {ProbeCodes.of(coding, Arrays.copyOf(sample, width), 0)},
                    new long[COLUMNS][coding.rows() * CodeKernel.ROW],
                    new int[CodeKernel.TILE],
                    new int[][] {new int[width * CodeKernel.TILE]});
        }

        private static float[] embedding(Random random) {
            float[] embedding = new float[LENGTH];
            for (int d = 0; d < LENGTH; d++) {
                embedding[d] = random.nextFloat();
            }
            return embedding;
        }

        long nanos(CodeKernel kernel) {
            long start = System.nanoTime();
            kernel.distances(probes, codes, sums, COLUMNS, distances);
            kernel.within(distances[0], 0, sums, 0, 0);
            return System.nanoTime() - start;
        }
    }
}
