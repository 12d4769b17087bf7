package io.twinstream.deploy.demo;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.files.FileKind;
import io.twinstream.schemas.topic.Ids;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Provides the classes of a folder as people: {@code folder/class/image} or {@code folder/group/class/image}, with two images a
 * class or more. The first image of a class is its reference. It holds the names only, and reads a file each time.
 */
record FolderPeople(List<String> names, List<List<Path>> images) implements People {
    private static final int FEWEST = 4;

    FolderPeople {
        names = List.copyOf(names);
        images = images.stream().map(List::copyOf).toList();
    }

    /**
     * Looks through the folder.
     *
     * @param seed seed of the order, which says who is enrolled and who is a stranger
     * @throws IOException with one line, if there are not enough classes with two images
     */
    static FolderPeople read(Path folder, long seed) throws IOException {
        Map<String, List<Path>> classes = classes(folder);
        classes.values().removeIf(files -> files.size() < 2);
        if (classes.size() < FEWEST) {
            throw new IOException("%s holds %d classes of two images or more, and the demo needs %d: lay it out as %s"
                    .formatted(folder, classes.size(), FEWEST, "FOLDER/CLASS/IMAGE or FOLDER/GROUP/CLASS/IMAGE"));
        }
        List<String> names = new ArrayList<>(classes.keySet());
        Collections.shuffle(names, new Random(seed));
        return new FolderPeople(names, names.stream().map(classes::get).toList());
    }

    @Override
    public int size() {
        return names.size();
    }

    @Override
    public String name(int person) {
        return names.get(person);
    }

    @Override
    public byte[] reference(int person) {
        return bytes(images.get(person).get(0));
    }

    @Override
    public byte[] probe(int person, int number) {
        List<Path> all = images.get(person);
        return bytes(all.get(1 + number % (all.size() - 1)));
    }

    /** Returns the sorted files by class. The name of a class is its path with dots, since a subject's id holds no slash. */
    private static Map<String, List<Path>> classes(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("no folder of images at " + folder);
        }
        Map<String, List<Path>> classes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> FileKind.of(name(folder.relativize(file), '/')) == FileKind.PICTURE)
                    .filter(Files::isRegularFile)
                    .filter(file -> !folder.equals(file.getParent()))
                    .sorted()
                    .forEach(file -> classes.computeIfAbsent(name(folder, file), name -> new ArrayList<>())
                            .add(file));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return classes;
    }

    private static String name(Path folder, Path file) {
        Path parent = requireNonNull(folder.relativize(file).getParent());
        return Ids.require("class's name", name(parent, '.'));
    }

    private static String name(Path path, char separator) {
        return path.toString().replace(File.separatorChar, separator);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
