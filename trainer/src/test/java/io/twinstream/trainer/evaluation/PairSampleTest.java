package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.evaluation.PairSample.ImagePair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PairSampleTest {
    private final HeldOutImages images = Dots.grouped(4, 5, 6);

    @Test
    void halfOfThePairsAreGenuineAndEveryGroupHasItsShare() throws DatasetException {
        PairSample sample = PairSample.draw(images, new PairPlan(200, 1, false));

        assertEquals(200, sample.pairs().size());
        assertEquals(100, sample.pairs().stream().filter(ImagePair::genuine).count());
        Map<String, Long> byGroup = sample.pairs().stream()
                .collect(Collectors.groupingBy(pair -> probe(pair).group(), Collectors.counting()));
        assertEquals(Map.of("g0", 50L, "g1", 50L, "g2", 50L, "g3", 50L), byGroup);
    }

    @Test
    void aPairIsWhatItIsCalled() throws DatasetException {
        for (ImagePair pair :
                PairSample.draw(images, new PairPlan(200, 1, false)).pairs()) {
            assertEquals(
                    pair.genuine(), probe(pair).subject().equals(reference(pair).subject()));
            assertEquals(probe(pair).group(), reference(pair).group());
            assertNotEquals(probe(pair).drawer(), reference(pair).drawer());
        }
    }

    @Test
    void noPairComesTwiceNeitherWayRound() throws DatasetException {
        Set<Set<Integer>> seen = new HashSet<>();
        for (ImagePair pair :
                PairSample.draw(images, new PairPlan(600, 1, false)).pairs()) {
            assertTrue(seen.add(Set.of(pair.probe(), pair.reference())));
        }
    }

    @Test
    void theHalvesShareNoGroup() throws DatasetException {
        for (boolean across : new boolean[] {false, true}) {
            PairSample sample = PairSample.draw(images, new PairPlan(200, 1, across));

            assertTrue(Collections.disjoint(groups(sample.first()), groups(sample.second())));
        }
    }

    @Test
    void acrossGroupsImpostorsMeetOthers() throws DatasetException {
        PairSample sample = PairSample.draw(images, new PairPlan(200, 1, true));

        assertTrue(sample.pairs().stream()
                .anyMatch(pair -> !probe(pair).group().equals(reference(pair).group())));
    }

    @Test
    void ofOneGroupTheHalvesShareNoSubject() throws DatasetException {
        HeldOutImages one = Dots.grouped(1, 5, 6);
        PairSample sample = PairSample.draw(one, new PairPlan(40, 1, false));

        Function<List<ImagePair>, Set<String>> subjects = half -> half.stream()
                .map(pair -> one.images().get(pair.probe()).subject())
                .collect(Collectors.toSet());
        assertTrue(Collections.disjoint(subjects.apply(sample.first()), subjects.apply(sample.second())));
    }

    @Test
    void theSameSeedDrawsTheSamePairsAndAnotherOthers() throws DatasetException {
        PairSample sample = PairSample.draw(images, new PairPlan(200, 1, false));

        assertEquals(
                sample.pairs(),
                PairSample.draw(images, new PairPlan(200, 1, false)).pairs());
        assertNotEquals(
                sample.pairs(),
                PairSample.draw(images, new PairPlan(200, 2, false)).pairs());
    }

    @Test
    void whereThereAreTooFewAllAreTaken() throws DatasetException {
        PairSample sample = PairSample.draw(Dots.grouped(2, 2, 3), new PairPlan(1000, 1, false));

        // Of 2 groups: 2 subjects with 3 genuine pairs each; 9 impostor pairs, 3 of them by one drawer.
        assertEquals(12, sample.pairs().stream().filter(ImagePair::genuine).count());
        assertEquals(12, sample.pairs().stream().filter(pair -> !pair.genuine()).count());
    }

    @Test
    void whereAllIsByOneDrawerNamesTellNothing() throws DatasetException {
        List<HeldOutImage> one = new ArrayList<>();
        for (HeldOutImage image : images.images()) {
            one.add(new HeldOutImage(image.name(), image.group(), image.subject(), "1", image.picture()));
        }

        PairSample sample = PairSample.draw(new HeldOutImages(one, List.of(), ""), new PairPlan(200, 1, false));

        assertFalse(sample.drawersKnown());
        assertEquals(200, sample.pairs().size());
    }

    @Test
    void threeSubjectsAreTooFewForTwoHalves() {
        String message = assertThrows(
                        DatasetException.class,
                        () -> PairSample.draw(Dots.grouped(1, 3, 4), new PairPlan(100, 1, false)))
                .getMessage();

        assertTrue(message.startsWith("pairs need two halves without a common subject"), message);
    }

    private HeldOutImage probe(ImagePair pair) {
        return images.images().get(pair.probe());
    }

    private HeldOutImage reference(ImagePair pair) {
        return images.images().get(pair.reference());
    }

    private Set<String> groups(List<ImagePair> pairs) {
        Set<String> groups = new HashSet<>();
        for (ImagePair pair : pairs) {
            groups.add(probe(pair).group());
            groups.add(reference(pair).group());
        }
        return groups;
    }
}
