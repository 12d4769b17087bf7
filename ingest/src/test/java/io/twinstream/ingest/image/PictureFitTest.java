package io.twinstream.ingest.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.twinstream.schemas.image.Picture;
import org.junit.jupiter.api.Test;

class PictureFitTest {
    @Test
    void aSampleIsTheMeanOfItsAreaPartsOfPixelsIncluded() {
        Picture row = new Picture(3, 1, 1, new byte[] {0, 90, (byte) 240});

        // Two thirds of what a new pixel covers are its own, one third is half of the one in the middle.
        assertArrayEquals(
                new byte[] {30, (byte) 190}, PictureFit.averaged(row, 2, 1).samples());
        Picture column = new Picture(1, 3, 1, new byte[] {0, 90, (byte) 240});
        assertArrayEquals(
                new byte[] {30, (byte) 190}, PictureFit.averaged(column, 1, 2).samples());
    }

    @Test
    void channelsStayApart() {
        Picture two = new Picture(2, 1, 3, new byte[] {0, 100, 10, 50, 0, 20});

        assertArrayEquals(
                new byte[] {25, 50, 15}, PictureFit.averaged(two, 1, 1).samples());
    }

    @Test
    void theSameSizeIsTheSamePicture() {
        byte[] samples = {1, 2, 3, 4, (byte) 250, 6};

        assertArrayEquals(
                samples,
                PictureFit.averaged(new Picture(3, 2, 1, samples), 3, 2).samples());
    }
}
