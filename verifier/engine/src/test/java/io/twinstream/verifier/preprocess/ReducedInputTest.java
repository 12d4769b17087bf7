package io.twinstream.verifier.preprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import io.twinstream.schemas.modelpackage.InputSpec;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReducedInputTest {
    private static final InputSpec INPUT = new InputSpec(48, 48, 1, true);

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    @ParameterizedTest
    @CsvSource({
        "1920, 1080, false, true",
        "1920, 1080, true, true",
        "777, 1001, false, true",
        "801, 400, false, false",
        "250, 211, true, false"
    })
    void theInputIsThatOfTheWholePicture(int width, int height, boolean progressive, boolean colours)
            throws IOException {
        byte[] jpeg = jpeg(width, height, progressive, colours);

        float[] reduced = input(decoder.decode(jpeg, INPUT));
        float[] whole = input(decoder.decode(jpeg, 1));

        double most = 0;
        double sum = 0;
        for (int i = 0; i < whole.length; i++) {
            most = Math.max(most, Math.abs(whole[i] - reduced[i]));
            sum += Math.abs(whole[i] - reduced[i]);
        }
        assertTrue(most < 0.03, "greatest difference " + most);
        assertTrue(sum / whole.length < 0.002, "mean difference " + sum / whole.length);
    }

    @Test
    void aFileThatIsCutOffAnywhereIsDamaged() throws IOException {
        byte[] jpeg = jpeg(640, 480, false, true);
        for (int length = jpeg.length - 3; length > 700; length -= 997) {
            Decoded decoded = decoder.decode(Arrays.copyOf(jpeg, length), INPUT);

            assertEquals(
                    ImageFault.DAMAGED,
                    assertInstanceOf(Undecodable.class, decoded, length + " bytes")
                            .fault());
        }
    }

    @Test
    void flippedBitsGiveAPictureOrAReason() throws IOException {
        byte[] jpeg = jpeg(480, 400, true, true);
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            byte[] flipped = jpeg.clone();
            flipped[2 + random.nextInt(flipped.length - 2)] ^= (byte) (1 << random.nextInt(8));

            Decoded decoded = decoder.decode(flipped, INPUT);

            assertTrue(decoded instanceof Picture || decoded instanceof Undecodable);
        }
    }

    private static float[] input(Decoded decoded) {
        FloatBuffer input = FloatBuffer.allocate(INPUT.length());
        new Preprocessor(INPUT).write(assertInstanceOf(Picture.class, decoded), input);
        return input.array();
    }

    private static byte[] jpeg(int width, int height, boolean progressive, boolean colours) throws IOException {
        BufferedImage image =
                new BufferedImage(width, height, colours ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_BYTE_GRAY);
        Random random = new Random(width);
        Graphics2D pen = image.createGraphics();
        for (int i = 0; i < 200; i++) {
            pen.setColor(new Color(random.nextInt(1 << 24)));
            pen.fillOval(random.nextInt(width), random.nextInt(height), width / 9, height / 9);
        }
        pen.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        writer.setOutput(ImageIO.createImageOutputStream(bytes));
        writer.write(null, new IIOImage(image, null, null), parameters);
        writer.dispose();
        return bytes.toByteArray();
    }
}
