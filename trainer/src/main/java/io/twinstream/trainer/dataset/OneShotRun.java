package io.twinstream.trainer.dataset;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A one-shot run has the layout of Omniglot's {@code all_runs}: one picture of each class to know it by, and test
 * pictures to classify.
 *
 * @param name the names of the folder that holds the runs and of its own, with a slash between them
 * @param classes one picture a class
 * @param tests the pictures to classify
 * @param answers the index of the class of each test
 */
public record OneShotRun(String name, List<Picture> classes, List<Picture> tests, List<Integer> answers) {
    private static final String LABELS = "class_labels.txt";

    public OneShotRun {
        classes = List.copyOf(classes);
        tests = List.copyOf(tests);
        answers = List.copyOf(answers);
    }

    /**
     * Reads all runs of a folder, in the order of their names.
     *
     * @throws DatasetException if there are none or one is incomplete
     */
    public static List<OneShotRun> readAll(Path folder, int channels) throws IOException {
        ImageReader reader = new ImageReader(channels);
        List<OneShotRun> runs = new ArrayList<>();
        for (Path run : runFolders(folder)) {
            runs.add(read(run, reader));
        }
        if (runs.isEmpty()) {
            throw new DatasetException(
                    "no one-shot runs in %s: each is a folder with training, test and %s".formatted(folder, LABELS));
        }
        return runs;
    }

    private static List<Path> runFolders(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new DatasetException("no folder of one-shot runs at %s: check the path".formatted(folder));
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> Files.isRegularFile(entry.resolve(LABELS)))
                    .sorted()
                    .toList();
        }
    }

    private static OneShotRun read(Path run, ImageReader reader) throws IOException {
        Map<String, Integer> classIndex = new LinkedHashMap<>();
        List<Picture> classes = new ArrayList<>();
        List<Picture> tests = new ArrayList<>();
        List<Integer> answers = new ArrayList<>();
        for (Path image : ImageFiles.under(run.resolve("training"))) {
            classIndex.put(image.getFileName().toString(), classes.size());
            classes.add(reader.read(image));
        }
        for (String line : Files.readAllLines(run.resolve(LABELS))) {
            if (!line.isBlank()) {
                String[] parts = line.trim().split("\\s+", -1);
                Integer answer = classIndex.get(fileName(parts[parts.length - 1]));
                if (parts.length != 2 || answer == null) {
                    throw new DatasetException(
                            "%s: the line '%s' must name a test image and a training image of the run"
                                    .formatted(run.resolve(LABELS), line));
                }
                Path test = run.resolve("test").resolve(fileName(parts[0]));
                tests.add(reader.read(test));
                answers.add(answer);
            }
        }
        if (tests.isEmpty()) {
            throw new DatasetException("%s names no test image".formatted(run.resolve(LABELS)));
        }
        return new OneShotRun(name(run), classes, tests, answers);
    }

    private static String name(Path run) {
        Path whole = run.toAbsolutePath().normalize();
        Path set = whole.getParent();
        return (set == null || set.getFileName() == null ? "" : set.getFileName() + "/") + whole.getFileName();
    }

    private static String fileName(String label) {
        return label.substring(label.lastIndexOf('/') + 1);
    }

    /**
     * Decodes image files with the verifier's decoder, and throws where the verifier would refuse. It is for one
     * thread.
     */
    static final class ImageReader {
        private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        private final int channels;

        ImageReader(int channels) {
            this.channels = channels;
        }

        Picture read(Path file) throws IOException {
            if (!Files.isRegularFile(file)) {
                throw new DatasetException("no image at %s: add it, or remove what names it".formatted(file));
            }
            Decoded decoded = decoder.decode(Files.readAllBytes(file), channels);
            if (decoded instanceof Undecodable fault) {
                throw new DatasetException(
                        "%s can't be read: %s; repair or remove the file".formatted(file, fault.reason()));
            }
            return (Picture) decoded;
        }
    }
}
