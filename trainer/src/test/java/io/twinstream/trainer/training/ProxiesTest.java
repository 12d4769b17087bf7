package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.network.PyTorch;
import io.twinstream.trainer.training.Objective.AllPairs;
import io.twinstream.trainer.training.Objective.Lesson;
import io.twinstream.trainer.training.Sampler.Drawing;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProxiesTest {
    /** Two images each of classes 0 and 1, where an image is its own embedding. */
    private static final float[][] IMAGES = {{0, 0}, {4, 0}, {0, 1}, {4, 1}};

    private static final Lesson LESSON = new Lesson(labels(0, 1, 0, 1));

    @BeforeAll
    static void prepare() {
        PyTorch.prepare();
    }

    @Test
    void asLongAsNoClassHasBeenSeenAllPairsAreTheCost() {
        assertEquals(cost(new AllPairs(), IMAGES, LESSON), cost(proxies(1), IMAGES, LESSON), 1e-6);
    }

    @Test
    void imagesAreComparedWithTheMeansOfClassesSeen() {
        Proxies proxies = proxies(1);
        cost(proxies, IMAGES, LESSON);

        // The means are 0, 0.5 and 4, 0.5: each image is 0.5 from its own and 4.5 from the other.
        double toProxies = Math.log1p(Math.exp(-4));

        assertEquals(cost(new AllPairs(), IMAGES, LESSON) + toProxies, cost(proxies, IMAGES, LESSON), 1e-5);
    }

    @Test
    void theWeightIsThatOfTheProxiesAlone() {
        Proxies proxies = proxies(0.5f);
        cost(proxies, IMAGES, LESSON);

        double toProxies = Math.log1p(Math.exp(-4)) / 2;

        assertEquals(cost(new AllPairs(), IMAGES, LESSON) + toProxies, cost(proxies, IMAGES, LESSON), 1e-5);
    }

    @Test
    void lookAlikesCountThoughTheBatchHasNone() {
        Proxies alone = proxies(1);
        Proxies beside = proxies(1);
        cost(alone, IMAGES, LESSON);
        cost(beside, IMAGES, LESSON);
        float[][] lookAlike = {{0, 0.5f}, {9, 9}, {0, 0.5f}, {9, 9}};
        cost(beside, lookAlike, new Lesson(labels(2, 3, 2, 3)));

        assertTrue(cost(beside, IMAGES, LESSON) > cost(alone, IMAGES, LESSON) + Math.log(2) / 4);
    }

    @Test
    void classesOfOtherGroupsAreNoLookAlikes() {
        Proxies alone = proxies(1);
        Proxies beside = proxies(1);
        cost(alone, IMAGES, LESSON);
        cost(beside, IMAGES, LESSON);
        float[][] elsewhere = {{0, 0.5f}, {9, 9}, {0, 0.5f}, {9, 9}};
        cost(beside, elsewhere, new Lesson(labels(4, 5, 4, 5)));

        assertEquals(cost(alone, IMAGES, LESSON), cost(beside, IMAGES, LESSON), 1e-6);
    }

    @Test
    void whatIsRememberedCanBeTakenOutAndPutBack() {
        Proxies first = proxies(1);
        cost(first, IMAGES, LESSON);
        Proxies second = proxies(1);
        second.recall(first.memory());

        assertEquals(cost(first, IMAGES, LESSON), cost(second, IMAGES, LESSON));
    }

    private static double cost(Objective objective, float[][] images, Lesson lesson) {
        try (NDManager manager = NDManager.newBaseManager()) {
            return objective
                    .cost(ProxiesTest::match, manager.create(images), lesson)
                    .getFloat();
        }
    }

    /** Gives the logit 1 - L1 distance. */
    private static NDList match(NDList inputs) {
        NDArray images = inputs.get(0);
        NDArray all = inputs.size() == 1 ? images : images.concat(inputs.get(1), 0);
        NDArray distances = images.expandDims(1).sub(all.expandDims(0)).abs().sum(new int[] {2});
        return new NDList(distances.neg().add(1), images);
    }

    private static int[] labels(int... classes) {
        return IntStream.of(classes)
                .map(each -> new Drawing(each, 0, false, 0).label())
                .toArray();
    }

    /** Makes proxies of six classes, the last two of a group of their own. */
    private static Proxies proxies(float weight) {
        List<ImageClass> classes = IntStream.range(0, 6)
                .mapToObj(each -> new ImageClass(
                        each < 4 ? "one" : "other",
                        "class" + each,
                        List.of(new DecodedImage(each + "_01.png", new byte[0], new Picture(1, 1, 1, new byte[] {0})))))
                .toList();
        return new Proxies(classes, weight);
    }
}
