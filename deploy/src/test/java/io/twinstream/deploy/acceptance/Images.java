package io.twinstream.deploy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Pictures of characters in Omniglot's layout, {@code alphabet/character/*_drawer.png}, read whole into memory. */
final class Images {
    /** One drawing: who drew which character of which alphabet. */
    record Drawing(String alphabet, String character, String drawer, byte[] png) {
        /** Alphabet and character in one name without a slash. */
        String subject() {
            return alphabet + "." + character;
        }
    }

    private final List<Drawing> drawings;

    private Images(List<Drawing> drawings) {
        this.drawings = drawings;
    }

    /** Reads a folder of alphabets, in the order of names. */
    static Images read(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder, 3)) {
            return new Images(files.filter(file -> file.toString().endsWith(".png"))
                    .sorted()
                    .map(Images::drawing)
                    .toList());
        }
    }

    List<Drawing> all() {
        return drawings;
    }

    /** Drawings by alphabet, in order. */
    Map<String, List<Drawing>> byAlphabet() {
        return drawings.stream().collect(Collectors.groupingBy(Drawing::alphabet, TreeMap::new, Collectors.toList()));
    }

    /** Drawings by subject, in order. */
    Map<String, List<Drawing>> bySubject() {
        return drawings.stream().collect(Collectors.groupingBy(Drawing::subject, TreeMap::new, Collectors.toList()));
    }

    private static Drawing drawing(Path file) {
        Path character = file.getParent();
        String name = file.getFileName().toString();
        String drawer = name.substring(name.indexOf('_') + 1, name.indexOf('.'));
        try {
            return new Drawing(
                    character.getParent().getFileName().toString(),
                    character.getFileName().toString(),
                    drawer,
                    Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
