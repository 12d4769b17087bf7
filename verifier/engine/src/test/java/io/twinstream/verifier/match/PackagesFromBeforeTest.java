package io.twinstream.verifier.match;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares what is computed around the shipped graphs with what was computed before a package said how a picture becomes input,
 * to the bit. Graphs themselves are held by their hashes, since ONNX Runtime may round otherwise on another processor.
 */
class PackagesFromBeforeTest {
    private static final int PICTURES = 1_000;

    @ParameterizedTest
    @CsvSource({
        "compact,"
                + "13ad0e54a909a526dd848aa6edca7b817d29c71acb63a1baaad7fe59aed35809,"
                + "b4e049f0a947a1d866666f35f5f4e36479928feae982b46f9d1f1f52f30574d6,"
                + "5741e5fcba43b51cbff1a99ab2c60e8127a2a61c2d6fa20dcd28011743d0cc2b",
        "wide,"
                + "ef7053e82419d20518af072b380984daaaf84285ca9bf9a56493f49221c12d47,"
                + "21bd2bdaf4f99aaff5de739b29dc39759e227da94a3612e79030f4c33f47f753,"
                + "4ed8f6df34a300328365d1f3c653c8e548b0c20655f909f897cc3cf90f4fa43c"
    })
    void packagesFromBeforeGiveTheSameScores(String name, String embedder, String inputs, String logits)
            throws IOException {
        ModelPackage model = ShippedModel.read(name);

        assertEquals(embedder, Sha256.of(model.file("embedder.onnx")));
        assertEquals(inputs, inputs(model.manifest().input()));
        assertEquals(logits, logits(MatchFunction.of(model)));
    }

    /** Returns the SHA-256 of what the model's embedder is given for gray and coloured pictures of many sizes. */
    private static String inputs(InputSpec spec) throws IOException {
        Random random = new Random(17);
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        Preprocessor preprocessor = new Preprocessor(spec);
        FloatBuffer input = FloatBuffer.allocate(spec.width() * spec.height() * spec.channels());
        MessageDigest digest = Sha256.digest();
        for (int number = 0; number < PICTURES; number++) {
            preprocessor.write((Picture) decoder.decode(png(random), spec), input.clear());
            digest.update(bits(input.array()));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] png(Random random) throws IOException {
        int type = random.nextBoolean() ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
        BufferedImage picture = new BufferedImage(20 + random.nextInt(300), 20 + random.nextInt(60), type);
        int samples = picture.getRaster().getNumBands() * picture.getWidth();
        for (int y = 0; y < picture.getHeight(); y++) {
            int[] row = random.ints(samples, 0, 256).toArray();
            picture.getRaster().setPixels(0, y, picture.getWidth(), 1, row);
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", written);
        return written.toByteArray();
    }

    /** Returns the SHA-256 of the logits of pairs of embeddings. */
    private static String logits(MatchFunction function) {
        Random random = new Random(18);
        float[] logits = new float[PICTURES];
        for (int pair = 0; pair < logits.length; pair++) {
            logits[pair] = function.logit(embedding(random, function.length()), embedding(random, function.length()));
        }
        return Sha256.of(bits(logits));
    }

    private static float[] embedding(Random random, int length) {
        float[] embedding = new float[length];
        for (int i = 0; i < length; i++) {
            embedding[i] = random.nextFloat();
        }
        return embedding;
    }

    private static byte[] bits(float[] values) {
        ByteBuffer bits = ByteBuffer.allocate(values.length * Float.BYTES);
        bits.asFloatBuffer().put(values);
        return bits.array();
    }
}
