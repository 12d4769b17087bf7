package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.LabelledImage;
import io.twinstream.verifier.decode.Picture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairSamplerTest {
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void aBatchNeverHoldsAClassTwiceNorAnImageAgainstItself() {
        PairSampler sampler = new PairSampler(classes(3, 5, 4), 10);

        for (int step = 1; step <= 200; step++) {
            Set<List<Integer>> seen = new HashSet<>();
            for (PairChoice choice : sampler.choose(step, random)) {
                seen.add(List.of(choice.classIndex(), choice.quarterTurns()));
                assertNotEquals(choice.first(), choice.second());
            }
            assertEquals(10, seen.size());
        }
    }

    @Test
    void everySecondBatchComesFromOneGroup() {
        List<ImageClass> classes = classes(3, 5, 4);
        PairSampler sampler = new PairSampler(classes, 10);

        for (int step = 2; step <= 200; step += 2) {
            Set<String> groups = new HashSet<>();
            sampler.choose(step, random)
                    .forEach(choice ->
                            groups.add(classes.get(choice.classIndex()).group()));
            assertEquals(1, groups.size());
        }
    }

    @Test
    void inTimeEveryTurnedClassAndEveryImageHasItsTurn() {
        PairSampler sampler = new PairSampler(classes(2, 3, 3), 6);
        Set<List<Integer>> classes = new HashSet<>();
        Set<List<Integer>> images = new HashSet<>();

        for (int step = 1; step <= 300; step++) {
            for (PairChoice choice : sampler.choose(step, random)) {
                classes.add(List.of(choice.classIndex(), choice.quarterTurns()));
                images.add(List.of(choice.classIndex(), choice.first()));
                images.add(List.of(choice.classIndex(), choice.second()));
            }
        }

        assertEquals(6 * 4, classes.size());
        assertEquals(6 * 3, images.size());
    }

    @Test
    void fewClassesMakeSmallBatches() {
        PairSampler sampler = new PairSampler(classes(1, 2, 2), 30);

        assertEquals(8, sampler.pairs());
        assertEquals(8, sampler.choose(1, random).size());
    }

    private static List<ImageClass> classes(int groups, int each, int images) {
        LabelledImage image = new LabelledImage("a.png", new byte[0], new Picture(1, 1, 1, new byte[1]));
        List<ImageClass> classes = new ArrayList<>();
        for (int i = 0; i < groups * each; i++) {
            classes.add(new ImageClass("group" + i / each, "class" + i, Collections.nCopies(images, image)));
        }
        return classes;
    }
}
