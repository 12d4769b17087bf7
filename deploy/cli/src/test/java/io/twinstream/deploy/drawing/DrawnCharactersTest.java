package io.twinstream.deploy.drawing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class DrawnCharactersTest {
    private final DrawnCharacters drawings = new DrawnCharacters(1);

    @Test
    void theSameSeedCharacterAndHandGiveTheSameBytes() {
        assertArrayEquals(drawings.png(3, 5), new DrawnCharacters(1).png(3, 5));
    }

    @Test
    void anotherSeedCharacterOrHandGivesAnotherPicture() {
        byte[] picture = drawings.png(3, 5);

        assertFalse(Arrays.equals(picture, new DrawnCharacters(2).png(3, 5)));
        assertFalse(Arrays.equals(picture, drawings.png(4, 5)));
        assertFalse(Arrays.equals(picture, drawings.png(3, 6)));
    }

    @Test
    void aPictureIsLaidOutAsOmniglotsAre() throws IOException {
        BufferedImage picture = read(drawings.png(0, 0));

        assertEquals(105, picture.getWidth());
        assertEquals(105, picture.getHeight());
        assertEquals(1, picture.getColorModel().getPixelSize());
    }

    @Test
    void everyPictureHasInkAndMostlyPaper() throws IOException {
        for (int character = 0; character < 50; character++) {
            double ink = ink(read(drawings.png(character, character)));
            assertTrue(ink > 0.005 && ink < 0.25, "character " + character + " has " + ink + " of ink");
        }
    }

    @Test
    void twoHandsAgreeMoreThanTwoCharactersDo() throws IOException {
        int nearer = 0;
        for (int character = 0; character < 50; character++) {
            BufferedImage picture = read(drawings.png(character, 0));
            double same = distance(picture, read(drawings.png(character, 1)));
            double other = distance(picture, read(drawings.png(character + 1, 1)));
            nearer += same < other ? 1 : 0;
        }
        assertTrue(nearer >= 40, nearer + " of 50 are nearer to their own character");
    }

    private static BufferedImage read(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static double ink(BufferedImage picture) {
        return Arrays.stream(density(picture)).sum() / (picture.getWidth() * picture.getHeight());
    }

    private static double distance(BufferedImage a, BufferedImage b) {
        double[] first = density(a);
        double[] second = density(b);
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += Math.abs(first[i] - second[i]);
        }
        return sum;
    }

    /** Returns the pixels of ink in each of 7 x 7 squares. */
    private static double[] density(BufferedImage picture) {
        double[] squares = new double[49];
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                squares[y / 15 * 7 + x / 15] += 1 - picture.getRaster().getSample(x, y, 0);
            }
        }
        return squares;
    }
}
