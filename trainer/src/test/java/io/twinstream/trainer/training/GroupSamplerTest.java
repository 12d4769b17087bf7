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
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GroupSamplerTest {
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void aBatchNeverHoldsAClassTwiceNorAnImageAgainstItself() {
        GroupSampler sampler = new GroupSampler(classes(3, 5, 4), 4, 10);

        for (int step = 1; step <= 200; step++) {
            Set<Integer> seen = new HashSet<>();
            List<Drawing> drawings = sampler.choose(step, random);
            for (int pair = 0; pair < 10; pair++) {
                Drawing first = drawings.get(pair);
                Drawing second = drawings.get(pair + 10);
                seen.add(first.label());
                assertEquals(first.label(), second.label());
                assertNotEquals(first.image(), second.image());
            }
            assertEquals(10, seen.size());
        }
    }

    @Test
    void everySecondBatchComesFromOneGroup() {
        List<ImageClass> classes = classes(3, 5, 4);
        GroupSampler sampler = new GroupSampler(classes, 4, 10);

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
        GroupSampler sampler = new GroupSampler(classes(2, 3, 3), 4, 6);
        Set<Integer> classes = new HashSet<>();
        Set<List<Integer>> images = new HashSet<>();

        for (int step = 1; step <= 300; step++) {
            for (Drawing drawing : sampler.choose(step, random)) {
                classes.add(drawing.label());
                images.add(List.of(drawing.classIndex(), drawing.image()));
            }
        }

        assertEquals(6 * 4, classes.size());
        assertEquals(6 * 3, images.size());
    }

    @Test
    void ofFewClassesABatchHoldsSeveralPairsEach() {
        List<Drawing> drawings = new GroupSampler(classes(1, 2, 3), 4, 30).choose(1, random);

        assertEquals(2 * 8 * 3, drawings.size());
        assertEquals(
                Set.of(6L),
                Set.copyOf(drawings.stream()
                        .collect(Collectors.groupingBy(Drawing::label, Collectors.counting()))
                        .values()));
    }

    @Test
    void eightSymmetriesMakeEightClassesOfOne() {
        Set<Integer> labels = new HashSet<>();

        new GroupSampler(classes(1, 1, 2), 8, 8).choose(1, random).forEach(drawing -> labels.add(drawing.label()));

        assertEquals(8, labels.size());
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
