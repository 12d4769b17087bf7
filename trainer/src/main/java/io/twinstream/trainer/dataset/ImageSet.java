package io.twinstream.trainer.dataset;

import io.twinstream.schemas.text.Sha256;
import io.twinstream.trainer.dataset.ProblemList.DataFindings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * An image set holds decoded images by class, in memory at the size of their files. Every class has two images or more,
 * and classes and images are sorted by name.
 *
 * @param fingerprint SHA-256 over every image's name and content, whatever source it came from
 */
public record ImageSet(List<ImageClass> classes, String fingerprint) {
    public ImageSet {
        classes = List.copyOf(classes);
    }

    /** Makes the set of these classes, which must be sorted and have two images each. */
    static ImageSet of(List<ImageClass> classes) {
        MessageDigest digest = Sha256.digest();
        classes.stream()
                .flatMap(each -> each.images().stream())
                .sorted(Comparator.comparing(DecodedImage::name))
                .map(image -> "%s %s\n".formatted(image.name(), Sha256.of(image.encoded())))
                .forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
        return new ImageSet(classes, HexFormat.of().formatHex(digest.digest()));
    }

    /**
     * Reads a folder or an archive, and refuses it where anything is wrong, as {@link #read(DataSource, int)} does.
     */
    public static ImageSet read(Path path, int channels) throws IOException {
        return read(DataSource.of(path), channels);
    }

    /**
     * Reads a source, and refuses it where anything is wrong.
     *
     * @param channels 1 for luma, 3 for red, green, blue
     * @throws DatasetException if an image is unreadable, a class has one image, two classes hold the same bytes, there are
     *     not two classes, or they don't fit in the heap
     */
    public static ImageSet read(DataSource source, int channels) throws IOException {
        ProblemList problems = new ProblemList();
        ImageSet images = read(source, channels, problems);
        List<DataFindings> findings = problems.findings();
        if (!findings.isEmpty()) {
            DataFindings found = findings.get(0);
            throw new DatasetException("%s has %d %s, the first is %s; %s"
                    .formatted(
                            source,
                            found.count(),
                            found.problem().what(),
                            found.first().get(0),
                            found.problem().mend()));
        }
        images.requireTwoClasses(source.toString(), source.layout());
        return images;
    }

    /**
     * Reads a source and leaves out what is wrong with it, perhaps everything.
     *
     * @param problems the list that gets everything that is left out
     * @throws DatasetException if the source as a whole can't be read, or its images don't fit in the heap
     */
    public static ImageSet read(DataSource source, int channels, ProblemList problems) throws IOException {
        HeapBudget budget = HeapBudget.ofThisJvm();
        ImageCollector collector = new ImageCollector(channels, budget, problems);
        source.forEach(collector);
        if (budget.isExceeded()) {
            throw new DatasetException(budget.refusal());
        }
        return of(new Cleaning(problems).clean(List.of(collector.classes())).get(0));
    }

    /** Counts the images of all classes. */
    public int imageCount() {
        return classes.stream().mapToInt(each -> each.images().size()).sum();
    }

    /**
     * Checks that there are two classes to tell apart.
     *
     * @param what the set is called in the message
     * @param mend the message's end
     */
    void requireTwoClasses(String what, String mend) throws DatasetException {
        if (classes.size() < 2) {
            throw new DatasetException(
                    "%s holds %d classes of images and needs 2: %s".formatted(what, classes.size(), mend));
        }
    }
}
