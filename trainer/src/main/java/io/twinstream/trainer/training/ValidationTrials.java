package io.twinstream.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Tells how good a network is while it learns, by one-shot trials among classes of one group. They are drawn once from
 * a seed and the same at every look; there are 320 as in Koch et al. (2015, section 3.2), or fewer where there are
 * fewer images. The figure is one to steer by: what is published is measured through the exported model.
 */
final class ValidationTrials {
    private static final int MOST_TRIALS = 320;
    private static final int MOST_CLASSES = 20;
    private static final long SEED = 320;

    private final List<List<Picture>> rounds = new ArrayList<>();
    private final FloatBuffer pixels;
    private final TwinNetwork network;

    ValidationTrials(TwinNetwork network, ImageSet validation) {
        this.network = network;
        SplittableRandom random = new SplittableRandom(SEED);
        List<List<ImageClass>> groups = groups(validation);
        int trials = 0;
        int wanted = Math.min(MOST_TRIALS, validation.imageCount());
        for (int round = 0; trials < wanted; round++) {
            List<ImageClass> classes = new ArrayList<>(groups.get(round % groups.size()));
            for (int i = classes.size() - 1; i > 0; i--) {
                Collections.swap(classes, i, random.nextInt(i + 1));
            }
            List<ImageClass> chosen = classes.subList(0, Math.min(MOST_CLASSES, classes.size()));
            rounds.add(pictures(chosen, random));
            trials += chosen.size();
        }
        pixels = ByteBuffer.allocateDirect(2 * MOST_CLASSES * network.input().length() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Returns the share of the trials that the network gets right, 0 to 1. */
    double accuracy(NDManager manager) {
        Preprocessor preprocessor = new Preprocessor(network.input());
        int right = 0;
        int trials = 0;
        for (List<Picture> round : rounds) {
            pixels.clear();
            round.forEach(picture -> preprocessor.write(picture, pixels));
            trials += round.size() / 2;
            right += right(round.size(), manager);
        }
        return (double) right / trials;
    }

    /**
     * Counts the probes that are nearest to their own reference. The first half of the images are the probes; the
     * second half, in the same order, are their references.
     */
    private int right(int images, NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            ParameterStore parameters = new ParameterStore(scope, false);
            NDArray input = scope.create(pixels.flip(), network.inputShape(images));
            NDArray embeddings = network.embed(parameters, input, false);
            int half = images / 2;
            NDArray probes = embeddings.get(":" + half).expandDims(1);
            NDArray references = embeddings.get(half + ":").expandDims(0);
            long[] best = network.match(parameters, probes, references, false)
                    .argMax(1)
                    .toLongArray();
            int right = 0;
            for (int i = 0; i < half; i++) {
                right += best[i] == i ? 1 : 0;
            }
            return right;
        }
    }

    private static List<Picture> pictures(List<ImageClass> classes, SplittableRandom random) {
        List<Picture> probes = new ArrayList<>();
        List<Picture> references = new ArrayList<>();
        for (ImageClass each : classes) {
            int images = each.images().size();
            int probe = random.nextInt(images);
            probes.add(each.images().get(probe).picture());
            references.add(each.images()
                    .get((probe + 1 + random.nextInt(images - 1)) % images)
                    .picture());
        }
        probes.addAll(references);
        return probes;
    }

    private static List<List<ImageClass>> groups(ImageSet validation) {
        Map<String, List<ImageClass>> groups = new LinkedHashMap<>();
        validation
                .classes()
                .forEach(each -> groups.computeIfAbsent(each.group(), name -> new ArrayList<>())
                        .add(each));
        List<List<ImageClass>> large =
                groups.values().stream().filter(group -> group.size() > 1).toList();
        return large.isEmpty() ? List.of(validation.classes()) : large;
    }
}
