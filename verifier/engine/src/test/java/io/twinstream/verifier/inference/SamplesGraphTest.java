package io.twinstream.verifier.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelPackage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplesGraphTest {
    private static final int IMAGES = 3;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void samplesOfOneChannelGiveTheSameBitsAsFloatsOfThem(boolean inkIsOne) throws OrtException {
        InputSpec shipped = Models.SHIPPED.manifest().input();

        assertSame(
                Models.SHIPPED.file(ModelPackage.EMBEDDER),
                new InputSpec(shipped.width(), shipped.height(), shipped.channels(), inkIsOne),
                "embedding");
    }

    @Test
    void samplesOfThreeChannelsBecomePlanes() throws OrtException {
        assertSame(LocatedModels.graph("locator"), new InputSpec(8, 8, 3, false), "scores");
    }

    @Test
    void theRestOfTheFileStays() {
        byte[] model = Models.SHIPPED.file(ModelPackage.EMBEDDER);

        byte[] written = SamplesGraph.of(model, Models.SHIPPED.manifest().input());

        assertTrue(written.length > model.length && written.length < model.length + 1_000, "" + written.length);
    }

    @Test
    void aFileThatIsNoEmbedderIsRefused() {
        InputSpec spec = Models.SHIPPED.manifest().input();
        byte[] model = Models.SHIPPED.file(ModelPackage.EMBEDDER);
        byte[] matcher = Models.SHIPPED.file(ModelPackage.MATCHER);

        assertThrows(IllegalArgumentException.class, () -> SamplesGraph.of(matcher, spec));
        assertThrows(IllegalArgumentException.class, () -> SamplesGraph.of(new byte[0], spec));
        for (int length : new int[] {1, 20, model.length / 2, model.length - 1}) {
            byte[] cut = Arrays.copyOf(model, length);
            assertThrows(IllegalArgumentException.class, () -> SamplesGraph.of(cut, spec), length + " bytes");
        }
    }

    @Test
    void noBytesMakeItFailInAnotherWay() {
        Random random = new Random(1);
        InputSpec spec = Models.SHIPPED.manifest().input();
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            assertThrows(IllegalArgumentException.class, () -> SamplesGraph.of(bytes, spec));
        }
    }

    private static void assertSame(byte[] model, InputSpec spec, String output) throws OrtException {
        Random random = new Random(1);
        FloatBuffer expected = FloatBuffer.allocate(IMAGES * spec.length());
        ByteBuffer in = ByteBuffer.allocateDirect(IMAGES * spec.length()).order(ByteOrder.nativeOrder());
        for (int i = 0; i < IMAGES; i++) {
            byte[] picture = new byte[spec.length()];
            random.nextBytes(picture);
            in.put(picture);
            for (int channel = 0; channel < spec.channels(); channel++) {
                for (int at = channel; at < picture.length; at += spec.channels()) {
                    float scaled = (spec.inkIsOne() ? -1f / 255 : 1f / 255) * (picture[at] & 0xff);
                    expected.put(spec.inkIsOne() ? 1 + scaled : scaled);
                }
            }
        }
        long[] shape = {IMAGES, spec.channels(), spec.height(), spec.width()};
        try (OrtSession ofFloats = OpenSession.onCpu(model).session();
                OrtSession ofSamples =
                        OpenSession.onCpu(SamplesGraph.of(model, spec)).session();
                OnnxTensor images = OnnxTensor.createTensor(OpenSession.environment(), expected.flip(), shape);
                OnnxTensor bytes = InputForm.SAMPLES.tensor(spec, IMAGES, in.flip());
                OrtSession.Result one = ofFloats.run(Map.of("image", images));
                OrtSession.Result other = ofSamples.run(Map.of(InputForm.SAMPLES.input(), bytes))) {
            assertEquals(1, ofSamples.getNumInputs());
            assertArrayEquals(numbers(one, output), numbers(other, output));
        }
    }

    private static float[] numbers(OrtSession.Result result, String output) {
        FloatBuffer numbers = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
        float[] all = new float[numbers.remaining()];
        numbers.get(all);
        return all;
    }
}
