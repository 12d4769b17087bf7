package io.twinstream.trainer;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Drawings are made-up handwriting: each class is a few strokes, and each image of it draws them a little differently. */
public final class Drawings {
    private static final int SIZE = 40;

    private Drawings() {}

    /** Writes {@code folder/group0/class0/0.png} and so on, with names that start with the prefix. */
    public static Path write(Path folder, String prefix, int groups, int classes, int images) throws IOException {
        for (int group = 0; group < groups; group++) {
            for (int each = 0; each < classes; each++) {
                Path target = folder.resolve(prefix + "group" + group).resolve("class" + each);
                Files.createDirectories(target);
                long shape = 31L * (31L * prefix.hashCode() + group) + each;
                for (int image = 0; image < images; image++) {
                    draw(target.resolve(image + ".png"), shape, image);
                }
            }
        }
        return folder;
    }

    public static void draw(Path file, long shape, long hand) throws IOException {
        BufferedImage picture = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, SIZE, SIZE);
        pen.setColor(Color.BLACK);
        pen.setStroke(new BasicStroke(3));
        Random strokes = new Random(shape);
        Random tremor = new Random(31 * shape + hand);
        int x = strokes.nextInt(SIZE);
        int y = strokes.nextInt(SIZE);
        for (int i = 0; i < 4; i++) {
            int nextX = strokes.nextInt(SIZE);
            int nextY = strokes.nextInt(SIZE);
            pen.drawLine(x + tremor.nextInt(3), y, nextX, nextY + tremor.nextInt(3));
            x = nextX;
            y = nextY;
        }
        pen.dispose();
        ImageIO.write(picture, "png", file.toFile());
    }
}
