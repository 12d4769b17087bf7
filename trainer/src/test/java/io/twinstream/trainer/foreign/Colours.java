package io.twinstream.trainer.foreign;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures of coloured patches: each class has its own, and each picture of it lays them a little differently. */
public final class Colours {
    private Colours() {}

    /** Writes {@code folder/class0/0.png} and so on. */
    public static Path write(Path folder, int classes, int pictures, int width, int height) throws IOException {
        for (int number = 0; number < classes; number++) {
            Path of = Files.createDirectories(folder.resolve("class" + number));
            for (int picture = 0; picture < pictures; picture++) {
                ImageIO.write(
                        picture(number, picture, width, height),
                        "png",
                        of.resolve(picture + ".png").toFile());
            }
        }
        return folder;
    }

    public static BufferedImage picture(int shape, int hand, int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        Random patches = new Random(shape);
        Random tremor = new Random(31L * shape + hand);
        for (int i = 0; i < 12; i++) {
            pen.setColor(new Color(patches.nextInt(256), patches.nextInt(256), patches.nextInt(256)));
            pen.fillRect(
                    patches.nextInt(width) - width / 8 + tremor.nextInt(3),
                    patches.nextInt(height) - height / 8 + tremor.nextInt(3),
                    width / 3,
                    height / 3);
        }
        pen.dispose();
        return picture;
    }
}
