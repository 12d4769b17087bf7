package io.twinstream.trainer.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SplitTest {
    private final ProblemList problems = new ProblemList();

    @Test
    void aShareOfTheClassesIsHeldBackWhole() throws DatasetException {
        ImageSet all = images(20, 4);

        Split split = Split.byClasses(all, 0.25, 7);

        assertEquals(15, split.train().classes().size());
        assertEquals(5, split.held().classes().size());
        Set<ImageClass> together = new HashSet<>(split.train().classes());
        together.addAll(split.held().classes());
        assertEquals(new HashSet<>(all.classes()), together);
        assertNotEquals(split.train().fingerprint(), split.held().fingerprint());
        assertEquals(ImageSet.of(split.held().classes()), split.held());
    }

    @Test
    void theSeedAloneDecides() throws DatasetException {
        ImageSet all = images(20, 4);

        assertEquals(Split.byClasses(all, 0.25, 7), Split.byClasses(all, 0.25, 7));
        assertNotEquals(Split.byClasses(all, 0.25, 7), Split.byClasses(all, 0.25, 8));
        assertEquals(Split.byDrawers(all, 0.5, 7, problems), Split.byDrawers(all, 0.5, 7, problems));
        assertNotEquals(Split.byDrawers(all, 0.5, 7, problems), Split.byDrawers(all, 0.5, 8, problems));
    }

    @Test
    void drawersAreHeldBackWithTheirImagesOfAllClasses() throws DatasetException {
        Split split = Split.byDrawers(images(6, 10), 0.3, 1, problems);

        Set<String> held = drawers(split.held());
        assertEquals(3, held.size());
        assertEquals(7, drawers(split.train()).size());
        assertTrue(drawers(split.train()).stream().noneMatch(held::contains));
        assertEquals(6, split.held().classes().size());
        assertEquals(18, split.held().imageCount());
        assertTrue(problems.findings().isEmpty());
    }

    @Test
    void aClassThatKeepsOneImageInAPartIsLeftOutThereAndListed() throws DatasetException {
        Split split = Split.byDrawers(images(6, 3), 0.3, 1, problems);

        assertEquals(6, split.train().classes().size());
        assertEquals(0, split.held().classes().size());
        assertEquals(6, problems.count(DataProblem.SINGLE_AFTER_SPLIT));
    }

    @Test
    void bothPartsOfATinySetKeepTwoClasses() throws DatasetException {
        assertEquals(2, Split.byClasses(images(4, 2), 0.01, 1).held().classes().size());
        assertEquals(2, Split.byClasses(images(4, 2), 0.99, 1).train().classes().size());
        assertThrows(DatasetException.class, () -> Split.byClasses(images(3, 2), 0.5, 1));
        assertThrows(DatasetException.class, () -> Split.byDrawers(images(9, 1), 0.5, 1, problems));
    }

    @Test
    void aShareOutsideOfZeroAndOneIsRefused() {
        for (double share : new double[] {0, 1, -0.5, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> new Split.Rule(Split.SplitUnit.CLASS, share, 1));
        }
    }

    private static ImageSet images(int classes, int drawers) {
        List<ImageClass> made = new ArrayList<>();
        for (int each = 0; each < classes; each++) {
            String path = "group/class%02d".formatted(each);
            List<DecodedImage> images = new ArrayList<>();
            for (int drawer = 0; drawer < drawers; drawer++) {
                String name = "%s/%d_%02d.png".formatted(path, each, drawer);
                images.add(new DecodedImage(
                        name, name.getBytes(StandardCharsets.UTF_8), new Picture(1, 1, 1, new byte[1])));
            }
            made.add(new ImageClass("group", path.substring(6), images));
        }
        return ImageSet.of(made);
    }

    private static Set<String> drawers(ImageSet images) {
        Set<String> drawers = new TreeSet<>();
        images.classes().forEach(each -> each.images().forEach(image -> drawers.add(image.drawer())));
        return drawers;
    }
}
