package io.twinstream.schemas.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RasterReaderTest {
    @ParameterizedTest
    @ValueSource(ints = {ColorSpace.CS_sRGB, ColorSpace.CS_LINEAR_RGB})
    void coloursAreTakenAsStoredWhateverTheirProfile(int space) {
        BufferedImage image = picture(space, false, false, 40, 90, 200);

        assertArrayEquals(
                new byte[] {40, 90, (byte) 200}, RasterReader.read(image, 3).samples());
        assertArrayEquals(
                new byte[] {(byte) SampleWriter.luma(40, 90, 200)},
                RasterReader.read(image, 1).samples());
    }

    @Test
    void grayIsTakenAsStored() {
        assertArrayEquals(
                new byte[] {100, 100, 100},
                RasterReader.read(picture(ColorSpace.CS_GRAY, false, false, 100), 3)
                        .samples());
    }

    @Test
    void whatIsTransparentLiesOnItsGround() {
        assertArrayEquals(
                new byte[] {(byte) 155},
                RasterReader.read(picture(ColorSpace.CS_GRAY, true, false, 55, 128), 1)
                        .samples());
        assertArrayEquals(
                new byte[] {100, 100, 100},
                RasterReader.read(picture(ColorSpace.CS_sRGB, true, false, 200, 200, 200, 128), 3)
                        .samples());
    }

    @Test
    void samplesThatAlphaIsMultipliedIntoAreNotMultipliedAgain() {
        // Half of 100 gives 50 of ink, and half of the white.
        assertArrayEquals(
                new byte[] {(byte) 177},
                RasterReader.read(picture(ColorSpace.CS_GRAY, true, true, 50, 128), 1)
                        .samples());
    }

    @Test
    void packedPixelsAreTakenByColour() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0xff0a141e);

        assertArrayEquals(new byte[] {10, 20, 30}, RasterReader.read(image, 3).samples());
    }

    private static BufferedImage picture(int space, boolean alpha, boolean premultiplied, int... samples) {
        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(space),
                alpha,
                premultiplied,
                alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
                DataBuffer.TYPE_BYTE);
        WritableRaster raster = model.createCompatibleWritableRaster(1, 1);
        raster.setPixel(0, 0, samples);
        return new BufferedImage(model, raster, premultiplied, null);
    }
}
