package io.twinstream.ingest.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.NoiseImages;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.text.Sha256;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PicturesTest {
    private static final byte[] WIDE = NoiseImages.of("png", 1, 2000, 1200);

    private final Pictures pictures = new Pictures(ImageLimits.DEFAULT);

    @Test
    void aLargePictureIsMadeAsSmallAsFitsAndNoSmaller() throws Exception {
        int most = 1_000_000;

        Pictures.Fitted fitted = pictures.fit(WIDE, most).orElseThrow();

        Picture sent = decoded(fitted.image(), 3);
        assertTrue(
                fitted.image().length <= most && fitted.image().length > most / 2,
                fitted.shrunk().toString());
        assertEquals(2000.0 / 1200, (double) sent.width() / sent.height(), 0.01);
        assertEquals(
                new Shrunk(
                        WIDE.length, 2000, 1200, Sha256.of(WIDE), fitted.image().length, sent.width(), sent.height()),
                fitted.shrunk());
    }

    @Test
    void aPictureIsNeverEnlargedAndKeepsItsSizeWhereItsEncodingAloneWasTooLong() throws Exception {
        byte[] small = NoiseImages.of("bmp", 2, 640, 480);

        Pictures.Fitted fitted = pictures.fit(small, small.length / 2).orElseThrow();

        Picture sent = decoded(fitted.image(), 3);
        assertEquals(640, sent.width());
        assertEquals(480, sent.height());
    }

    @Test
    void whatWouldShowAModelLessThanItsInputTakesIsNotMade() throws Exception {
        assertEquals(Optional.empty(), pictures.fit(WIDE, 20_000));
    }

    @Test
    void grayStaysGray() throws Exception {
        byte[] gray = NoiseImages.gray("png", 3, 1500, 1500);

        Pictures.Fitted fitted = pictures.fit(gray, 700_000).orElseThrow();

        assertEquals(
                1,
                ImageIO.read(new ByteArrayInputStream(fitted.image()))
                        .getRaster()
                        .getNumBands());
    }

    @Test
    void coloursAndBrightnessStay() throws Exception {
        byte[] stripes = NoiseImages.stripes("png", 3000, 2000);
        Picture before = PictureFit.averaged(decoded(stripes, 3), 12, 8);

        Pictures.Fitted fitted = pictures.fit(stripes, stripes.length / 3).orElseThrow();

        Picture after = PictureFit.averaged(decoded(fitted.image(), 3), 12, 8);
        for (int i = 0; i < before.samples().length; i++) {
            assertEquals(before.samples()[i] & 255, after.samples()[i] & 255, 4.0);
        }
    }

    @Test
    void whatIsDamagedIsToldWhetherOrNotItHasToBeMadeSmaller() {
        byte[] cut = Arrays.copyOf(WIDE, WIDE.length / 2);

        assertFault(ImageFault.DAMAGED, () -> pictures.check(cut));
        assertFault(ImageFault.DAMAGED, () -> pictures.fit(cut, 1_000_000));
    }

    @Test
    void aJpegThatEndsInItsPixelsIsDamagedThoughItsHeaderIsWhole() throws Exception {
        byte[] jpeg = NoiseImages.of("jpg", 4, 2048, 2048);
        byte[] cut = Arrays.copyOf(jpeg, jpeg.length / 2);

        pictures.check(jpeg);
        pictures.header(cut);
        assertFault(ImageFault.DAMAGED, () -> pictures.check(cut));
    }

    private static Picture decoded(byte[] image, int channels) {
        return assertInstanceOf(Picture.class, new ImageDecoder(ImageLimits.DEFAULT).decode(image, channels));
    }

    private static void assertFault(ImageFault fault, org.junit.jupiter.api.function.Executable work) {
        assertEquals(fault, assertThrows(ImageRefusedException.class, work).fault());
    }
}
