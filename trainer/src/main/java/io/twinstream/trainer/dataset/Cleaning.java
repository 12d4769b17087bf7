package io.twinstream.trainer.dataset;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Leaves out of classes what contradicts itself or is too little, and lists what it left out. It is for one thread.
 */
final class Cleaning {
    private final ProblemList problems;

    Cleaning(ProblemList problems) {
        this.problems = problems;
    }

    /**
     * Leaves out images whose bytes lie in two classes, of one part or of two, then classes with fewer than two images.
     */
    List<List<ImageClass>> clean(List<List<ImageClass>> parts) {
        Set<ByteBuffer> contradictory = contradictory(parts);
        return parts.stream()
                .map(classes -> withTwoImages(
                        classes.stream()
                                .map(each -> new Remaining(each, without(each.images(), contradictory)))
                                .toList(),
                        DataProblem.SINGLE_IMAGE))
                .toList();
    }

    /**
     * Returns the classes that keep two images or more; classes with one left are listed, empty ones are not mentioned.
     */
    List<ImageClass> withTwoImages(List<Remaining> remaining, DataProblem problem) {
        remaining.stream()
                .filter(each -> each.images().size() == 1)
                .forEach(each -> problems.add(problem, each.of().path()));
        return remaining.stream()
                .filter(each -> each.images().size() > 1)
                .map(each -> new ImageClass(each.of().group(), each.of().name(), each.images()))
                .toList();
    }

    private Set<ByteBuffer> contradictory(List<List<ImageClass>> parts) {
        Map<ByteBuffer, String> classOf = new HashMap<>();
        Map<ByteBuffer, Set<String>> namesOf = new LinkedHashMap<>();
        for (List<ImageClass> part : parts) {
            for (ImageClass each : part) {
                for (DecodedImage image : each.images()) {
                    ByteBuffer bytes = ByteBuffer.wrap(image.encoded());
                    String before = classOf.putIfAbsent(bytes, each.path());
                    if (before != null && !before.equals(each.path())) {
                        namesOf.put(bytes, new TreeSet<>());
                    }
                }
            }
        }
        for (List<ImageClass> part : parts) {
            for (ImageClass each : part) {
                for (DecodedImage image : each.images()) {
                    Set<String> names = namesOf.get(ByteBuffer.wrap(image.encoded()));
                    if (names != null) {
                        names.add(image.name());
                    }
                }
            }
        }
        namesOf.values()
                .forEach(names ->
                        problems.add(DataProblem.SAME_BYTES, String.join(" and ", names) + " hold the same bytes"));
        return new HashSet<>(namesOf.keySet());
    }

    private static List<DecodedImage> without(List<DecodedImage> images, Set<ByteBuffer> left) {
        return images.stream()
                .filter(image -> !left.contains(ByteBuffer.wrap(image.encoded())))
                .toList();
    }

    /** A remaining class has those of its images that weren't left out, perhaps none. */
    record Remaining(ImageClass of, List<DecodedImage> images) {}
}
