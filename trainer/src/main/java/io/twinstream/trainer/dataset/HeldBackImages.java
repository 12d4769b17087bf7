package io.twinstream.trainer.dataset;

import io.twinstream.schemas.text.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Held-back images are the part of a source that a run didn't learn from, kept in a file as the hashes of their names. So a later
 * look at the source finds the same part, though the source may have grown.
 */
public final class HeldBackImages {
    private HeldBackImages() {}

    /** Notes the images of a part; the file is there whole or not at all. */
    public static void note(Path file, ImageSet part) throws IOException {
        List<String> lines = new ArrayList<>();
        part.classes().forEach(each -> each.images().forEach(image -> lines.add(hash(image))));
        Path draft = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.write(draft, lines);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Returns those images of a set that were noted; classes of which fewer than two are left are left out. */
    public static ImageSet among(ImageSet images, Path file) throws IOException {
        Set<String> noted = Set.copyOf(Files.readAllLines(file));
        List<ImageClass> classes = new ArrayList<>();
        for (ImageClass each : images.classes()) {
            List<DecodedImage> kept = each.images().stream()
                    .filter(image -> noted.contains(hash(image)))
                    .toList();
            if (kept.size() > 1) {
                classes.add(new ImageClass(each.group(), each.name(), kept));
            }
        }
        return ImageSet.of(classes);
    }

    private static String hash(DecodedImage image) {
        return Sha256.of(image.name().getBytes(StandardCharsets.UTF_8));
    }
}
