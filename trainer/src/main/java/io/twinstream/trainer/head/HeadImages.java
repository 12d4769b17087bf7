package io.twinstream.trainer.head;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Head images are the pictures that heads learn from, as the parent's embedder sees them. Each is embedded once, on all cores, by
 * the verifier's engine.
 */
public final class HeadImages {
    /** Number of pictures that are embedded at most, as many of each class as fit: more teach a head hardly anything. */
    static final int MOST_IMAGES = 20_000;

    private HeadImages() {}

    /** Embeds a set's pictures. Those in which the parent's locator finds nothing are left out. */
    public static EmbeddedImages of(ModelPackage parent, ImageSet images) {
        int most = mostOfClass(
                images.classes().stream().map(each -> each.images().size()).toList());
        List<Picture> pictures = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        for (int number = 0; number < images.classes().size(); number++) {
            ImageClass each = images.classes().get(number);
            for (DecodedImage image :
                    each.images().subList(0, Math.min(most, each.images().size()))) {
                pictures.add(image.picture());
                classes.add(number);
                groups.add(each.group());
            }
        }
        float[][] embeddings = embedded(parent, pictures);
        int[] found = IntStream.range(0, embeddings.length)
                .filter(image -> embeddings[image].length > 0)
                .toArray();
        float[][] kept =
                IntStream.of(found).mapToObj(image -> embeddings[image]).toArray(float[][]::new);
        return new EmbeddedImages(
                kept,
                kept,
                IntStream.of(found).map(classes::get).toArray(),
                IntStream.of(found).mapToObj(groups::get).toList());
    }

    /** Returns the images of some classes, at most so many in all and as many of each class as fit. */
    static EmbeddedImages some(EmbeddedImages images, Collection<Integer> classes, int most) {
        Map<Integer, Integer> sizes = new HashMap<>();
        for (int each : images.classes()) {
            if (classes.contains(each)) {
                sizes.merge(each, 1, Integer::sum);
            }
        }
        int mostOfClass = mostOfClass(sizes.values(), most);
        Map<Integer, Integer> taken = new HashMap<>();
        int[] chosen = IntStream.range(0, images.size())
                .filter(image -> classes.contains(images.classes()[image])
                        && taken.merge(images.classes()[image], 1, Integer::sum) <= mostOfClass)
                .toArray();
        float[][] embeddings = IntStream.of(chosen)
                .mapToObj(image -> images.embeddings()[image])
                .toArray(float[][]::new);
        return new EmbeddedImages(
                embeddings,
                embeddings,
                IntStream.of(chosen).map(image -> images.classes()[image]).toArray(),
                IntStream.of(chosen)
                        .mapToObj(image -> images.groups().get(image))
                        .toList());
    }

    private static float[][] embedded(ModelPackage parent, List<Picture> pictures) {
        int parts = (pictures.size() + Embedder.CONVENIENT_BATCH - 1) / Embedder.CONVENIENT_BATCH;
        try (Embedder embedder = Embedder.open(parent, ProviderChoice.CPU)) {
            return IntStream.range(0, parts)
                    .parallel()
                    .mapToObj(part -> embedder.embedAll(pictures.subList(
                            part * Embedder.CONVENIENT_BATCH,
                            Math.min(pictures.size(), (part + 1) * Embedder.CONVENIENT_BATCH))))
                    .flatMap(Arrays::stream)
                    .toArray(float[][]::new);
        }
    }

    private static int mostOfClass(Collection<Integer> sizes) {
        return mostOfClass(sizes, MOST_IMAGES);
    }

    /** Returns the largest number of images of each class with which no more than so many come together; at least 2. */
    private static int mostOfClass(Collection<Integer> sizes, int most) {
        int low = 2;
        int high = Math.max(low, most);
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            long all = sizes.stream().mapToLong(size -> Math.min(size, middle)).sum();
            if (all <= most) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
