package io.twinstream.deploy.acceptance.images;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.twinstream.schemas.image.Picture;
import java.io.IOException;

/**
 * This is a picture as a foreign program decodes it.
 *
 * @param samples red, green and blue by turns, 0 to 255
 */
record ForeignPicture(int width, int height, byte[] samples) {
    /** Reads a PGM or PPM of 8 bits. */
    static ForeignPicture ofPnm(byte[] file) throws IOException {
        int[] numbers = new int[3];
        int at = 2;
        for (int i = 0; i < numbers.length; i++) {
            while (Character.isWhitespace(file[at]) || file[at] == '#') {
                at = file[at] == '#' ? behindLine(file, at) : at + 1;
            }
            int start = at;
            while (!Character.isWhitespace(file[at])) {
                at++;
            }
            numbers[i] = Integer.parseInt(new String(file, start, at - start, US_ASCII));
        }
        at++;
        int channels = file[1] == '6' ? 3 : 1;
        int pixels = numbers[0] * numbers[1];
        if (file[1] != '6' && file[1] != '5' || numbers[2] != 255 || file.length != at + pixels * channels) {
            throw new IOException("no PNM of 8 bits: %s".formatted(new String(file, 0, Math.min(20, at), US_ASCII)));
        }
        byte[] samples = new byte[3 * pixels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = file[at + (channels == 3 ? i : i / 3)];
        }
        return new ForeignPicture(numbers[0], numbers[1], samples);
    }

    private static int behindLine(byte[] file, int at) {
        int end = at;
        while (file[end] != '\n') {
            end++;
        }
        return end + 1;
    }

    /** Returns the mean of how far samples differ, in levels of 255; it is 255 where the sizes differ. */
    double differenceFrom(Picture picture) {
        if (picture.width() != width || picture.height() != height) {
            return 255;
        }
        long sum = 0;
        byte[] others = picture.samples();
        for (int i = 0; i < others.length; i++) {
            int sample = picture.channels() == 3 ? samples[i] & 255 : luma(3 * i);
            sum += Math.abs(sample - (others[i] & 255));
        }
        return (double) sum / others.length;
    }

    /** Returns the luma of Rec. 601. */
    private int luma(int at) {
        return (int) Math.round(
                0.299 * (samples[at] & 255) + 0.587 * (samples[at + 1] & 255) + 0.114 * (samples[at + 2] & 255));
    }
}
