package io.twinstream.trainer.dataset;

import io.twinstream.schemas.modelpackage.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Images by class, read from {@code folder/class/image} or {@code folder/group/class/image} and held in memory at the
 * size of their files. Every class has two images or more, classes and images are sorted by name.
 *
 * @param classes at least two
 * @param fingerprint SHA-256 over every image's relative name and content
 */
public record ImageFolder(List<ImageClass> classes, String fingerprint) {
    public ImageFolder {
        classes = List.copyOf(classes);
    }

    /**
     * Reads a folder.
     *
     * @param channels 1 for luma, 3 for red, green, blue
     * @throws DatasetException if an image is unreadable, a class has one image, or there are not two classes
     */
    public static ImageFolder read(Path folder, int channels) throws IOException {
        ImageReader reader = new ImageReader(channels);
        MessageDigest digest = Sha256.digest();
        Map<String, List<LabelledImage>> byClass = new TreeMap<>();
        for (Path file : ImageFiles.under(folder)) {
            byte[] encoded = Files.readAllBytes(file);
            String name = ImageFiles.relativeName(folder, file);
            digest.update("%s %s\n".formatted(name, Sha256.of(encoded)).getBytes(StandardCharsets.UTF_8));
            byClass.computeIfAbsent(parent(name), key -> new ArrayList<>())
                    .add(new LabelledImage(name, encoded, reader.decode(file, encoded)));
        }
        if (byClass.containsKey("")) {
            throw new DatasetException(
                    "images lie in %s itself: put those of one class into a folder of their own".formatted(folder));
        }
        if (byClass.size() < 2) {
            throw new DatasetException(
                    "%s holds %d classes of images and needs 2: lay it out as %s/CLASS/IMAGE.png or %s/GROUP/CLASS/IMAGE.png"
                            .formatted(folder, byClass.size(), folder.getFileName(), folder.getFileName()));
        }
        List<ImageClass> classes = new ArrayList<>();
        for (Map.Entry<String, List<LabelledImage>> entry : byClass.entrySet()) {
            classes.add(imageClass(folder, entry.getKey(), entry.getValue()));
        }
        return new ImageFolder(classes, HexFormat.of().formatHex(digest.digest()));
    }

    /** Images of all classes. */
    public int imageCount() {
        return classes.stream().mapToInt(each -> each.images().size()).sum();
    }

    private static ImageClass imageClass(Path folder, String path, List<LabelledImage> images) throws DatasetException {
        if (images.size() < 2) {
            throw new DatasetException("class %s in %s has one image and needs 2: add another or remove the class"
                    .formatted(path, folder));
        }
        return new ImageClass(parent(path), path.substring(path.lastIndexOf('/') + 1), images);
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }
}
