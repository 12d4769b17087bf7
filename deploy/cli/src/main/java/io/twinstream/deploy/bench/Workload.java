package io.twinstream.deploy.bench;

import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageSet;
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

    /**
     * Makes a workload of a user's own images.
     *
     * @param gallery the most references: the first image of each class
     * @param distinct the most probes: all other images
     */
    public static Workload of(ImageSet images, int gallery, int distinct) {
        return new Workload(
                images.classes().stream()
                        .limit(gallery)
                        .map(each -> each.images().get(0).encoded())
                        .toList(),
                images.classes().stream()
                        .flatMap(each -> each.images().stream().skip(1))
                        .limit(distinct)
                        .map(DecodedImage::encoded)
                        .toList());
    }

    byte[] probe(int number) {
        return probes.get(number % probes.size());
    }
}
