package io.twinstream.verifier.gallery;

import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.match.MatchFunction;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Measures a search of a batch of probes in a gallery of embeddings of 256 numbers, and the erasure and enrolment of
 * one reference. Results are average times in microseconds; comparisons per second are probes times references over
 * that.
 *
 * <pre>
 *   mvn -q -pl verifier/service -am test-compile org.apache.maven.plugins:maven-dependency-plugin:build-classpath -Dmdep.outputFile=/tmp/classpath
 *   java -cp verifier/service/target/test-classes:verifier/service/target/classes:$(cat /tmp/classpath) \
 *     org.openjdk.jmh.Main GalleryBenchmark.identify -f 1 -wi 5 -i 10 -w 1s -r 1s -jvmArgs "-Xmx3g --add-modules jdk.incubator.vector"
 *   ... GalleryBenchmark.enrolAndErase -p references=1000,100000,1000000 -p probes=1 ...
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class GalleryBenchmark {
    private static final int LENGTH = 256;
    private static final int MOST = 10;

    @Param({"1", "8", "64"})
    private int probes;

    @Param("100000")
    private int references;

    private final Random random = new Random(7);
    private Gallery gallery;
    private List<float[]> batch;

    @Setup
    public void enrol() {
        gallery = new Gallery(new MatchFunction(embedding(), 9));
        for (int i = 0; i < references; i++) {
            gallery.put(key(i), embedding());
        }
        batch = Stream.generate(this::embedding).limit(probes).toList();
    }

    @Benchmark
    public List<SearchResult> identify() {
        return gallery.identify(batch, MOST);
    }

    /** Erases some reference, so that its slot becomes free, and enrols it again. */
    @Benchmark
    public boolean enrolAndErase() {
        ReferenceKey key = key(random.nextInt(references));
        boolean erased = gallery.erase(key);
        gallery.put(key, batch.get(0));
        return erased;
    }

    private static ReferenceKey key(int number) {
        return new ReferenceKey("subject-%07d".formatted(number), "0123456789abcdef");
    }

    private float[] embedding() {
        float[] embedding = new float[LENGTH];
        for (int d = 0; d < LENGTH; d++) {
            embedding[d] = random.nextFloat();
        }
        return embedding;
    }
}
