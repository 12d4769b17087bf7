package io.twinstream.trainer.dataset;

import io.twinstream.trainer.dataset.Cleaning.Remaining;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A split parts a set in two, by whole classes or whole drawers and never by image, since what one drawer made of one
 * class is all alike. It
 * is a function of the set's names and the seed, and each part has a fingerprint of its own.
 *
 * @param train the set to learn from
 * @param held the set to measure on
 */
public record Split(ImageSet train, ImageSet held) {
    /**
     * Holds back a share of the classes, at least two of them.
     *
     * @throws DatasetException if that leaves fewer than two
     */
    static Split byClasses(ImageSet images, double share, long seed) throws DatasetException {
        List<String> paths = images.classes().stream().map(ImageClass::path).toList();
        if (paths.size() < 4) {
            throw new DatasetException(
                    "%d classes can't be split in two with 2 each: add classes, or name validation data"
                            .formatted(paths.size()));
        }
        int wanted = (int) Math.round(share * paths.size());
        Set<String> held = choose(paths, Math.min(Math.max(wanted, 2), paths.size() - 2), seed);
        return new Split(
                ImageSet.of(images.classes().stream()
                        .filter(each -> !held.contains(each.path()))
                        .toList()),
                ImageSet.of(images.classes().stream()
                        .filter(each -> held.contains(each.path()))
                        .toList()));
    }

    /**
     * Holds back a share of the drawers, at least one, with their images of all classes. Classes that have one image in a
     * part are left out there.
     *
     * @param problems the list that gets the classes that keep fewer than two images in a part
     * @throws DatasetException if an image names no drawer, or all name the same
     */
    static Split byDrawers(ImageSet images, double share, long seed, ProblemList problems) throws DatasetException {
        Set<String> drawers = new TreeSet<>();
        for (ImageClass each : images.classes()) {
            for (DecodedImage image : each.images()) {
                if (image.drawer().isEmpty()) {
                    throw new DatasetException(
                            "%s names no drawer: name files ID_DRAWER.png, or split by class".formatted(image.name()));
                }
                drawers.add(image.drawer());
            }
        }
        if (drawers.size() < 2) {
            throw new DatasetException("%d drawers can't be split in two: split by class, or name validation data"
                    .formatted(drawers.size()));
        }
        int wanted = (int) Math.round(share * drawers.size());
        Set<String> held = choose(drawers, Math.min(Math.max(wanted, 1), drawers.size() - 1), seed);
        return new Split(
                part(images, image -> !held.contains(image.drawer()), problems),
                part(images, image -> held.contains(image.drawer()), problems));
    }

    private static ImageSet part(ImageSet images, Predicate<DecodedImage> belongs, ProblemList problems) {
        List<Remaining> remaining = images.classes().stream()
                .map(each -> new Remaining(
                        each, each.images().stream().filter(belongs).toList()))
                .toList();
        return ImageSet.of(new Cleaning(problems).withTwoImages(remaining, DataProblem.SINGLE_AFTER_SPLIT));
    }

    private static Set<String> choose(Collection<String> sorted, int count, long seed) {
        List<String> shuffled = new ArrayList<>(sorted);
        Collections.shuffle(shuffled, new Random(seed));
        return new HashSet<>(shuffled.subList(0, count));
    }

    /** A split keeps one of these together. */
    public enum SplitUnit {
        /** Validation has classes that are never trained on. */
        CLASS,
        /** Validation has other drawers' images of the same classes. */
        DRAWER
    }

    /**
     * The rule says how validation data are taken from what there is to train on.
     *
     * @param by what stays together
     * @param share the share to hold back, above 0 and below 1
     * @param seed the seed of the choice
     */
    public record Rule(Split.SplitUnit by, double share, long seed) {
        public Rule {
            if (!(share > 0 && share < 1)) {
                throw new IllegalArgumentException("the share to hold back lies between 0 and 1, was " + share);
            }
        }

        /**
         * Splits a set by this rule.
         *
         * @param problems the list that gets the classes that keep fewer than two images in a part
         * @throws DatasetException if the set can't be split that way
         */
        public Split of(ImageSet images, ProblemList problems) throws DatasetException {
            return by == Split.SplitUnit.CLASS
                    ? Split.byClasses(images, share, seed)
                    : Split.byDrawers(images, share, seed, problems);
        }
    }
}
