package io.twinstream.trainer.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Which files are images, by name; and those under a folder, sorted by relative name: the same on every machine. */
final class ImageFiles {
    private static final Set<String> TYPES = Set.of("png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff");

    private ImageFiles() {}

    /** All of them, at any depth. */
    static List<Path> under(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new DatasetException("no folder of images at %s: check the path".formatted(folder));
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> new Named(relativeName(folder, file), file))
                    .filter(named -> isImage(named.name()) && Files.isRegularFile(named.file()))
                    .sorted()
                    .map(Named::file)
                    .toList();
        }
    }

    /** The name below the folder, with {@code /} on every platform. */
    static String relativeName(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    /** The name of an archive's entry as a folder would give it: {@code tar c .} puts {@code ./} before each. */
    static String entryName(String name) {
        return name.replaceFirst("^(\\./|/)+", "");
    }

    static boolean isImage(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        String type = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return !file.startsWith(".") && TYPES.contains(type);
    }

    private record Named(String name, Path file) implements Comparable<Named> {
        @Override
        public int compareTo(Named other) {
            return name.compareTo(other.name);
        }
    }
}
