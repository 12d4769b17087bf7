package io.twinstream.deploy.acceptance.rig;

import io.twinstream.deploy.bench.Workload;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Holds pictures of characters in Omniglot's layout, {@code alphabet/character/*_drawer.png}, read whole into memory. */
public final class Images {
    /** Is one drawing: it says who drew which character of which alphabet. */
    public record Drawing(String alphabet, String character, String drawer, byte[] png) {
        /** Returns alphabet and character in one name without a slash. */
        public String subject() {
            return alphabet + "." + character;
        }
    }

    private static final int OPAQUE = 0xff000000;

    private final List<Drawing> drawings;

    private Images(List<Drawing> drawings) {
        this.drawings = drawings;
    }

    /** Reads a folder of alphabets, in the order of names. */
    public static Images read(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder, 3)) {
            return new Images(files.filter(file -> file.toString().endsWith(".png"))
                    .sorted()
                    .map(Images::drawing)
                    .toList());
        }
    }

    /** Returns the images of the first so many subjects, and all others. */
    public Images joined(int subjects, Images others) {
        List<Drawing> joined = new ArrayList<>();
        bySubject().values().stream().limit(subjects).forEach(joined::addAll);
        joined.addAll(others.drawings);
        return new Images(joined);
    }

    /** Returns the same images with black for white and white for black. */
    public Images inverted() {
        return new Images(drawings.stream()
                .map(each -> new Drawing(each.alphabet(), each.character(), each.drawer(), inverted(each.png())))
                .toList());
    }

    public List<Drawing> all() {
        return drawings;
    }

    /** Returns a workload for a benchmark, of so many references, and so many other drawings as probes. */
    public Workload workload(int references, int probes) {
        return Workload.of(
                references,
                i -> drawings.get(i).png(),
                probes,
                i -> drawings.get(references + i).png());
    }

    /** Returns the drawings by alphabet, in order. */
    public Map<String, List<Drawing>> byAlphabet() {
        return drawings.stream().collect(Collectors.groupingBy(Drawing::alphabet, TreeMap::new, Collectors.toList()));
    }

    /** Returns the drawings by subject, in order. */
    public Map<String, List<Drawing>> bySubject() {
        return drawings.stream().collect(Collectors.groupingBy(Drawing::subject, TreeMap::new, Collectors.toList()));
    }

    /** Returns a picture with black for white and white for black, as a PNG. */
    public static byte[] inverted(byte[] png) {
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
            for (int y = 0; y < image.getHeight(); y++) {
                for (int x = 0; x < image.getWidth(); x++) {
                    image.setRGB(x, y, ~image.getRGB(x, y) | OPAQUE);
                }
            }
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            ImageIO.write(image, "png", written);
            return written.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
