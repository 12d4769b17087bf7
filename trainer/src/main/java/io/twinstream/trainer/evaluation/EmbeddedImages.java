package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.LabelledImage;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Tiles;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder's images as one model sees them: image i has embedding, class and group i. Of a folder with more than about
 * {@value #MOST_IMAGES} images, every second, third ... class is taken: pairs grow with the square of the images.
 *
 * @param embeddings one row an image, as a probe
 * @param references one row an image, as it is enrolled
 * @param classes the number of its class
 * @param groups the name of its group
 */
record EmbeddedImages(float[][] embeddings, float[][] references, int[] classes, List<String> groups) {
    private static final int MOST_IMAGES = 6_000;

    static EmbeddedImages of(ModelPackage model, ImageSet folder) {
        List<Picture> pictures = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        int stride = (folder.imageCount() + MOST_IMAGES - 1) / MOST_IMAGES;
        for (int number = 0; number < folder.classes().size(); number += stride) {
            ImageClass imageClass = folder.classes().get(number);
            for (LabelledImage image : imageClass.images()) {
                pictures.add(image.picture());
                classes.add(number);
                groups.add(imageClass.group());
            }
        }
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            boolean alike = model.manifest().enrolmentViews() == 1;
            float[][] embeddings = embedder.embedAll(pictures);
            return new EmbeddedImages(
                    embeddings,
                    alike ? embeddings : embedder.embedReferences(pictures),
                    classes.stream().mapToInt(Integer::intValue).toArray(),
                    groups);
        }
    }

    int size() {
        return embeddings.length;
    }

    boolean genuine(int first, int second) {
        return classes[first] == classes[second];
    }

    boolean sameGroup(int first, int second) {
        return groups.get(first).equals(groups.get(second));
    }

    /** The references as they are compared, in their order. */
    Tiles tiles(MatchFunction match) {
        Tiles tiles = new Tiles(match);
        for (float[] reference : references) {
            tiles.add(reference);
        }
        return tiles;
    }
}
