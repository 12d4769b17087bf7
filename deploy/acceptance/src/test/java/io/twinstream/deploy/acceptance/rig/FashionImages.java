package io.twinstream.deploy.acceptance.rig;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import javax.imageio.ImageIO;

/**
 * Reads Fashion-MNIST (Xiao, Rasul, Vollgraf 2017), photographs of ten kinds of products, 28x28, as Debian packs it. It writes
 * them as JPEG files in colour, {@code folder/kind/number.jpg}.
 */
public final class FashionImages {
    private static final int KINDS = 10;

    private final IdxFile images;
    private final IdxFile labels;

    private FashionImages(IdxFile images, IdxFile labels) {
        this.images = images;
        this.labels = labels;
    }

    /**
     * Reads one of the two parts.
     *
     * @param part {@code train}, 6,000 images a kind, or {@code t10k}, 1,000
     */
    public static FashionImages read(Path dataset, String part) throws IOException {
        return new FashionImages(
                IdxFile.read(dataset.resolve(part + "-images-idx3-ubyte.gz")),
                IdxFile.read(dataset.resolve(part + "-labels-idx1-ubyte.gz")));
    }

    /** Writes the first images of each of these kinds, and returns the folder. */
    public Path write(Path folder, Set<Integer> kinds, int each) throws IOException {
        int[] written = new int[KINDS];
        for (int i = 0; i < labels.values().length; i++) {
            int kind = labels.values()[i];
            if (kinds.contains(kind) && written[kind] < each) {
                Path file = folder.resolve("kind%d/%05d.jpg".formatted(kind, i));
                Files.createDirectories(file.getParent());
                if (!ImageIO.write(image(i), "jpeg", file.toFile())) {
                    throw new IOException("this Java writes no JPEG");
                }
                written[kind]++;
            }
        }
        return folder;
    }

    private BufferedImage image(int number) {
        int height = images.sizes()[1];
        int width = images.sizes()[2];
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int value = images.values()[(number * height + y) * width + x] & 0xff;
                image.setRGB(x, y, value << 16 | value << 8 | value);
            }
        }
        return image;
    }
}
