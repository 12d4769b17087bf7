package io.twinstream.deploy.bench;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Holds the encoded images that every way of measuring gets.
 *
 * @param references one image for each subject
 * @param probes images that come again and again where a run needs more
 */
public record Workload(List<byte[]> references, List<byte[]> probes) {
    public Workload {
        references = List.copyOf(references);
        probes = List.copyOf(probes);
        if (references.isEmpty() || probes.isEmpty()) {
            throw new IllegalArgumentException("a workload needs references and probes");
        }
    }

    /** Makes a workload from functions that give the n-th picture. */
    public static Workload of(int gallery, IntFunction<byte[]> reference, int distinct, IntFunction<byte[]> probe) {
        return new Workload(
                IntStream.range(0, gallery).mapToObj(reference).toList(),
                IntStream.range(0, distinct).mapToObj(probe).toList());
    }

    byte[] probe(int number) {
        return probes.get(number % probes.size());
    }
}
