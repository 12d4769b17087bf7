package io.twinstream.deploy.acceptance.accuracy;

import io.twinstream.deploy.acceptance.rig.FashionImages;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads pictures that others made, as encoded files, from where the acceptance scripts have put them. */
final class ForeignPictures {
    /** Names of the variables that the scripts put folders into. */
    private static final String FACES = "FACES";

    private static final String SIGNS = "SIGNS";
    private static final Path CLOTHES = Path.of("/usr/share/datasets/fashion-mnist");

    private ForeignPictures() {}

    /** Returns the faces of the AT&T Database of Faces. */
    public static List<byte[]> faces() throws IOException {
        return files(Path.of(System.getenv(FACES)));
    }

    /** Returns emoji, in colour on a transparent ground. */
    public static List<byte[]> signs() throws IOException {
        return files(Path.of(System.getenv(SIGNS)));
    }

    /** Returns so many pictures of each of Fashion-MNIST's ten kinds. */
    public static List<byte[]> clothes(Path scratch, int each) throws IOException {
        Set<Integer> kinds = IntStream.range(0, 10).boxed().collect(Collectors.toSet());
        return files(FashionImages.read(CLOTHES, "t10k").write(scratch, kinds, each));
    }

    /** Returns so many drawings of one character each, the first of each until there are enough. */
    public static List<byte[]> strangers(List<Drawing> drawings, int count) {
        List<byte[]> strangers = new ArrayList<>();
        for (int drawer = 0; strangers.size() < count; drawer++) {
            String name = "%02d".formatted(drawer + 1);
            drawings.stream()
                    .filter(each -> each.drawer().equals(name))
                    .limit(count - strangers.size())
                    .forEach(each -> strangers.add(each.png()));
        }
        return strangers;
    }

    /** Returns so many of the files, or all, drawn by chance and in another order. */
    public static List<byte[]> sample(List<byte[]> files, int count) {
        List<byte[]> shuffled = new ArrayList<>(files);
        Collections.shuffle(shuffled, new Random(7));
        return shuffled.subList(0, Math.min(count, shuffled.size()));
    }

    private static List<byte[]> files(Path folder) throws IOException {
        List<byte[]> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path each : paths.filter(Files::isRegularFile)
                    .filter(path -> path.toString().matches(".*\\.(png|jpg)"))
                    .sorted()
                    .toList()) {
                files.add(Files.readAllBytes(each));
            }
        }
        if (files.isEmpty()) {
            throw new IOException("no pictures in " + folder);
        }
        return files;
    }
}
