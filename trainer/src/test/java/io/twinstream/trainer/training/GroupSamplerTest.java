package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.training.Sampler.Drawing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    void everySecondBatchIsOfOneGroupLaidOneWay() {
        List<ImageClass> classes = classes(3, 12, 4);
        GroupSampler sampler = new GroupSampler(classes, 4, 10);

        for (int step = 2; step <= 200; step += 2) {
            assertEquals(1, alike(sampler.choose(step, random), classes).size());
        }
    }

    @Test
    void whereOneGroupHasTooFewClassesABatchOfLookAlikesIsOfWholeGroups() {
        List<ImageClass> classes = classes(3, 5, 4);
        GroupSampler sampler = new GroupSampler(classes, 4, 10);

        for (int step = 2; step <= 200; step += 2) {
            Map<List<Object>, Long> alike = alike(sampler.choose(step, random), classes);
            assertEquals(List.of(10L, 10L), List.copyOf(alike.values()));
        }
    }

    /** Counts drawings by their group and the way in which they are laid. */
    private static Map<List<Object>, Long> alike(List<Drawing> drawings, List<ImageClass> classes) {
        return drawings.stream()
                .collect(Collectors.groupingBy(
                        drawing -> List.of(
                                classes.get(drawing.classIndex()).group(), drawing.quarterTurns(), drawing.mirrored()),
                        Collectors.counting()));
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
        DecodedImage image = new DecodedImage("a.png", new byte[0], new Picture(1, 1, 1, new byte[1]));
        List<ImageClass> classes = new ArrayList<>();
        for (int i = 0; i < groups * each; i++) {
            classes.add(new ImageClass("group" + i / each, "class" + i, Collections.nCopies(images, image)));
        }
        return classes;
    }
}
