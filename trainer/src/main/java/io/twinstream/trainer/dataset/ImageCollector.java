package io.twinstream.trainer.dataset;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageHeader;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decodes a source's images with the verifier's decoder and keeps them by class; what can't be used goes to the
 * problems. Once the heap's budget is exceeded nothing is kept, and the rest is only counted. It is for one thread.
 */
final class ImageCollector implements DataSource.Sink {
    private static final ImageLimits LIMITS = ImageLimits.DEFAULT;

    private final ImageDecoder decoder = new ImageDecoder(LIMITS);
    private final Map<String, DecodedImage> byKey = new HashMap<>();
    private final int channels;
    private final HeapBudget budget;
    private final ProblemList problems;

    /** @param channels 1 for luma, 3 for red, green, blue */
    ImageCollector(int channels, HeapBudget budget, ProblemList problems) {
        this.channels = channels;
        this.budget = budget;
        this.problems = problems;
    }

    @Override
    public void accept(SourceImage image) {
        withdraw(image.key());
        if (image.name().indexOf('/') < 0) {
            problems.add(DataProblem.OUTSIDE_CLASS, image.name());
            return;
        }
        try {
            LIMITS.checkBytes(image.encoded().length);
            if (budget.isExceeded()) {
                ImageHeader header = ImageHeader.of(image.encoded(), LIMITS);
                budget.add(bytes(image.encoded(), (long) header.width() * header.height() * channels));
            } else {
                decode(image);
            }
        } catch (ImageRefusedException e) {
            unreadable(image.name(), e.reason());
        }
    }

    @Override
    public void withdraw(String key) {
        DecodedImage withdrawn = byKey.remove(key);
        if (withdrawn != null) {
            budget.add(-bytes(withdrawn.encoded(), withdrawn.picture().samples().length));
        }
    }

    @Override
    public void unreadable(String name, String reason) {
        problems.add(DataProblem.UNREADABLE, name + ": " + reason);
    }

    /** Returns the classes that were kept; classes and their images stand in the order of their names. */
    List<ImageClass> classes() {
        Map<String, DecodedImage> byName = new TreeMap<>();
        byKey.values().stream()
                .sorted(Comparator.comparing(DecodedImage::name))
                .forEach(image -> byName.put(place(image, byName), image));
        Map<String, List<DecodedImage>> byClass = new TreeMap<>();
        byName.values()
                .forEach(image -> byClass.computeIfAbsent(parent(image.name()), path -> new ArrayList<>())
                        .add(image));
        List<ImageClass> classes = new ArrayList<>();
        byClass.forEach((path, images) ->
                classes.add(new ImageClass(parent(path), path.substring(path.lastIndexOf('/') + 1), images)));
        return classes;
    }

    /**
     * Returns the image's name, or a name sorted right behind it where another picture has it. One name written in two
     * forms may be two pictures; the same picture twice is one.
     */
    private static String place(DecodedImage image, Map<String, DecodedImage> byName) {
        String place = image.name();
        DecodedImage there = byName.get(place);
        while (there != null && !Arrays.equals(there.encoded(), image.encoded())) {
            place += Character.MIN_VALUE;
            there = byName.get(place);
        }
        return place;
    }

    private void decode(SourceImage image) {
        Decoded decoded = decoder.decode(image.encoded(), channels);
        if (decoded instanceof Picture picture) {
            budget.add(bytes(image.encoded(), picture.samples().length));
            byKey.put(image.key(), new DecodedImage(image.name(), image.drawer(), image.encoded(), picture));
            if (budget.isExceeded()) {
                byKey.clear();
            }
        } else {
            unreadable(image.name(), ((Undecodable) decoded).reason());
        }
    }

    private static long bytes(byte[] encoded, long samples) {
        return encoded.length + samples;
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }
}
