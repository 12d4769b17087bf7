package io.twinstream.trainer.foreign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtException;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import io.twinstream.trainer.foreign.ForeignInput.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ForeignEmbedderTest {
    private static final long[] ONE_PICTURE = {1, 3, 16, 16};
    private static final List<Double> MEAN = List.of(100.0, 110.0, 120.0);
    private static final List<Double> STD = List.of(50.0, 60.0, 70.0);

    @TempDir
    Path folder;

    @Test
    void aBatchThatAShapeFixesIsFreed() throws IOException, OrtException {
        Onnx model = Onnx.embedder(3, 1, 1, -1);

        assertGivesWhatTheOwnerGets(model, BatchForm.COPIED);
    }

    @Test
    void aFreeBatchStaysFree() throws IOException, OrtException {
        Onnx model = Onnx.embedder(3, 0, 0, -1);

        assertGivesWhatTheOwnerGets(model, BatchForm.FREE);
    }

    @Test
    void aBatchThatCannotBeFreedIsEmbeddedOneByOne() throws IOException, OrtException {
        assertGivesWhatTheOwnerGets(Onnx.rigid(), BatchForm.ONE_BY_ONE);
    }

    @Test
    void constantsListedAsInputsAreNoInputs() throws IOException, OrtException {
        assertGivesWhatTheOwnerGets(Onnx.embedder(3, 1, 1, -1).opset(8).ir(3).constantsAsInputs(), BatchForm.COPIED);
    }

    @Test
    void valuesMayHaveTheNamesOfTheVerifiersOwn() throws IOException, OrtException {
        Onnx model = new Onnx()
                .input("image", Onnx.FLOAT, ONE_PICTURE)
                .pooled("image", 3)
                .longs("embedding", 1, -1)
                .node("Reshape", List.of("pooled", "embedding"), "flat")
                .headed("flat", 3)
                .output("output", Onnx.FLOAT, 1, Onnx.LENGTH);

        assertGivesWhatTheOwnerGets(model, "image", BatchForm.COPIED);
    }

    @Test
    void aVectorMayHaveSidesOfOneBehindIt() throws IOException, OrtException {
        Onnx model = new Onnx()
                .input("input", Onnx.FLOAT, ONE_PICTURE)
                .floats("filters", Onnx.random(8 * 3 * 256), 8, 3, 16, 16)
                .node("Conv", List.of("input", "filters"), "output")
                .output("output", Onnx.FLOAT, 1, 8, 1, 1);

        assertGivesWhatTheOwnerGets(model, BatchForm.FREE);
    }

    @ParameterizedTest
    @CsvSource({"7", "9", "13", "17", "18", "21"})
    void embeddingsGetLengthOneInEveryOpset(long opset) throws IOException, OrtException {
        Onnx model = Onnx.embedder(3, 1, 1, -1).opset(opset);
        ForeignEmbedder embedder = embedder(model, asked(Layout.NCHW, Normalisation.L2, null));

        float[] embedding = embed(embedder, List.of(picture(1)))[0];

        assertEquals(1, GoldenProof.length(embedding), 1e-5);
        assertEquals(1, GoldenProof.cosine(embedding, owner(model.bytes(), "input", picture(1))), 1e-6);
    }

    @Test
    void channelsMayComeLast() throws IOException, OrtException {
        Onnx model = new Onnx()
                .input("input", Onnx.FLOAT, 1, 16, 16, 3)
                .node("Transpose", List.of("input"), "first", Onnx.integers("perm", 0, 3, 1, 2))
                .pooled("first", 3)
                .node("Flatten", List.of("pooled"), "flat")
                .headed("flat", 3)
                .output("output", Onnx.FLOAT, 1, Onnx.LENGTH);
        ForeignEmbedder embedder = embedder(model, asked(Layout.NHWC, Normalisation.NONE, null));
        float[] planar = scaled(picture(1));
        float[] interleaved = new float[planar.length];
        for (int i = 0; i < planar.length; i++) {
            interleaved[i] = planar[i % 3 * 256 + i / 3];
        }

        float[] expected = Onnx.run(model.bytes(), "input", "output", interleaved, 1, 16, 16, 3);

        assertArrayEquals(expected, embed(embedder, List.of(picture(1)))[0], 1e-4f);
    }

    @Test
    void halfPrecisionIsCastOnTheWayInAndOut() throws IOException, OrtException {
        int half = DataType.FLOAT16_VALUE;
        Onnx halves = new Onnx()
                .input("input", half, ONE_PICTURE)
                .node("Flatten", List.of("input"), "flat")
                .halves("weights", Onnx.random(768 * 8), 768, 8)
                .node("MatMul", List.of("flat", "weights"), "output")
                .output("output", half, 1, 8);
        Onnx floats = new Onnx()
                .input("input", Onnx.FLOAT, ONE_PICTURE)
                .node("Flatten", List.of("input"), "flat")
                .floats("weights", Onnx.random(768 * 8), 768, 8)
                .node("MatMul", List.of("flat", "weights"), "output")
                .output("output", Onnx.FLOAT, 1, 8);
        ForeignEmbedder embedder = embedder(halves, asked(Layout.NCHW, Normalisation.NONE, null));

        float[] embedding = embed(embedder, List.of(picture(1)))[0];

        assertEquals(1, GoldenProof.cosine(embedding, owner(floats.bytes(), "input", picture(1))), 1e-4);
    }

    @Test
    void ofSeveralVectorsOneIsNamed() throws IOException, OrtException {
        Onnx model = Onnx.embedder(3, 1, 1, -1)
                .output("product", Onnx.FLOAT, 1, Onnx.LENGTH)
                .output("pooled", Onnx.FLOAT, 1, 3, 4, 4);

        assertRefused("gives several vectors, output [1, 8], product [1, 8]: name", model, null);
        assertRefused("gives no vector of floats for each picture, but pooled [1, 3, 4, 4]", model, "pooled");
        assertRefused("computes no 'none', its outputs are output, product, pooled", model, "none");
        ForeignEmbedder product = embedder(model, asked(Layout.NCHW, Normalisation.NONE, "product"));
        assertArrayEquals(
                Onnx.run(model.bytes(), "input", "product", scaled(picture(2)), ONE_PICTURE),
                embed(product, List.of(picture(2)))[0],
                1e-4f);
        ForeignEmbedder inner = embedder(model, asked(Layout.NCHW, Normalisation.NONE, "flat"));
        assertEquals(48, inner.output().length());
    }

    @Test
    void anOutputThatIsTheOnlyVectorNeedsNoName() throws IOException {
        Onnx model = Onnx.embedder(3, 1, 1, -1).output("pooled", Onnx.FLOAT, 1, 3, 4, 4);

        assertEquals(
                "output",
                embedder(model, asked(Layout.NCHW, Normalisation.NONE, null))
                        .output()
                        .name());
    }

    @Test
    void weightsInFilesBesideTheModelAreTakenIn() throws IOException, OrtException {
        byte[] whole = Onnx.embedder(3, 1, 1, -1).bytes();
        Onnx model = Onnx.embedder(3, 1, 1, -1).external("weights", folder.resolve("weights.bin"), "weights.bin");

        ForeignEmbedder embedder = embedder(model, asked(Layout.NCHW, Normalisation.NONE, null));

        assertArrayEquals(owner(whole, "input", picture(1)), embed(embedder, List.of(picture(1)))[0], 1e-4f);
    }

    @Test
    void weightsElsewhereAreNotRead() throws IOException {
        Path inside = Files.createDirectory(folder.resolve("inside"));
        Path outside = folder.resolve("secret.bin");
        Files.createSymbolicLink(inside.resolve("link.bin"), Path.of("..", "secret.bin"));
        for (String location : List.of(outside.toString(), "../secret.bin", "link.bin", "a\\..\\..\\secret.bin", "")) {
            Onnx model = Onnx.embedder(3, 1, 1, -1).external("weights", outside, location);

            ImportException refused = assertThrows(
                    ImportException.class, () -> ForeignModel.read(model.write(inside.resolve("model.onnx"))));

            assertContains("only files in its own folder are read", refused);
        }
    }

    @Test
    void weightsThatAreNotThereOrCutOffAreRefused() throws IOException {
        Onnx model = Onnx.embedder(3, 1, 1, -1).external("weights", folder.resolve("weights.bin"), "weights.bin");
        Path file = model.write(folder.resolve("model.onnx"));
        Files.write(folder.resolve("weights.bin"), new byte[100]);
        assertContains(
                "lie at 0 to 1536 of weights.bin, which has 100 bytes",
                assertThrows(ImportException.class, () -> ForeignModel.read(file)));
        Files.delete(folder.resolve("weights.bin"));
        assertContains(
                "keeps its weights in weights.bin, which isn't in its folder",
                assertThrows(ImportException.class, () -> ForeignModel.read(file)));
    }

    @Test
    void whatNoGraphCanBecomeIsRefusedWithItsReason() throws IOException {
        assertRefused(
                "takes 2 inputs (input [1, 3, 16, 16], ids [1, 4])",
                Onnx.embedder(3, 1, 1, -1).input("ids", DataType.INT64_VALUE, 1, 4),
                null);
        assertRefused(
                "needs operators that ONNX Runtime doesn't have, as my.own.Magic",
                Onnx.embedder(3, 1, 1, -1).domain("my.own", "Magic", "product", "magic"),
                null);
        assertRefused(
                "holds the control flow Loop (node 'Loop looped')",
                Onnx.embedder(3, 1, 1, -1).node("Loop", List.of("product"), "looped"),
                null);
        assertRefused("is of opset 6", Onnx.embedder(3, 1, 1, -1).opset(6), null);
        assertRefused(
                "model.onnx is of opset 999, and ONNX Runtime takes ",
                Onnx.embedder(3, 1, 1, -1).opset(999),
                null);
        assertRefused(
                "ONNX Runtime can't run model.onnx", Onnx.embedder(3, 1, 1, -1).ir(999), null);
        assertRefused(
                "ONNX Runtime can't run model.onnx",
                Onnx.embedder(3, 1, 1, -1).node("Nonsense", List.of("product"), "nonsense"),
                null);
        assertRefused(
                "gives numbers that aren't finite",
                new Onnx()
                        .input("input", Onnx.FLOAT, ONE_PICTURE)
                        .node("Flatten", List.of("input"), "flat")
                        .node("Sqrt", List.of("flat"), "output")
                        .output("output", Onnx.FLOAT, 1, 768),
                null);
        assertRefused(
                "(INT32)",
                new Onnx()
                        .input("input", DataType.INT32_VALUE, ONE_PICTURE)
                        .node("Flatten", List.of("input"), "output")
                        .output("output", DataType.INT32_VALUE, 1, 768),
                null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,3,16,20|give --input 20x16x3",
                "1,1,16,16|give --input 16x16x1",
                "1,16,16,3|give --layout nhwc",
                "1,32,24,3|give --input 24x32x3 --layout nhwc",
                "1,4,16,16|models of 1 or 3 channels can be imported",
                "1,768|pictures come as 4 sides"
            })
    void aWrongSizeOrLayoutIsToldWithTheRightOne(String sides, String mend) throws IOException {
        long[] shape =
                List.of(sides.split(",")).stream().mapToLong(Long::parseLong).toArray();
        assertRefused(
                mend,
                new Onnx()
                        .input("input", Onnx.FLOAT, shape)
                        .node("Flatten", List.of("input"), "output")
                        .output("output", Onnx.FLOAT, 0, 0),
                null);
    }

    @Test
    void whatTakesWholeSamplesIsRefusedWithTheScaleThatItNeeds() throws IOException {
        Onnx model = new Onnx()
                .input("input", DataType.UINT8_VALUE, ONE_PICTURE)
                .node("Cast", List.of("input"), "numbers", Onnx.integer("to", Onnx.FLOAT))
                .pooled("numbers", 3)
                .node("Flatten", List.of("pooled"), "flat")
                .headed("flat", 3)
                .output("output", Onnx.FLOAT, 1, Onnx.LENGTH);

        assertRefused("takes whole numbers from 0 to 255", model, null);
        assertRefused("give --mean 0 --std 1", model, null);
    }

    @Test
    void aGraphWithNoiseInItIsToldAsSuch() throws IOException {
        assertRefused(
                "gives the same picture another vector each time",
                new Onnx()
                        .input("input", Onnx.FLOAT, 0, 3, 16, 16)
                        .pooled("input", 3)
                        .node("RandomNormalLike", List.of("pooled"), "noise")
                        .node("Add", List.of("pooled", "noise"), "noisy")
                        .node("Flatten", List.of("noisy"), "flat")
                        .headed("flat", 3)
                        .output("output", Onnx.FLOAT, 0, Onnx.LENGTH),
                null);
    }

    @Test
    void theOtherLayoutIsNamedWhereNoSideIsFixed() throws IOException {
        assertRefused(
                "can't run on pictures laid out as NCHW, and can otherwise: give --layout nhwc",
                new Onnx()
                        .input("input", Onnx.FLOAT, 0, 0, 0, 0)
                        .node("Transpose", List.of("input"), "planes", Onnx.integers("perm", 0, 3, 1, 2))
                        .pooled("planes", 3)
                        .longs("shape", -1, 48)
                        .node("Reshape", List.of("pooled", "shape"), "flat")
                        .headed("flat", 3)
                        .output("output", Onnx.FLOAT, 0, Onnx.LENGTH),
                null);
    }

    static Stream<Arguments> otherFiles() {
        return Stream.of(
                arguments("", "is empty"),
                arguments("version https://git-lfs.github.com/spec/v1\noid sha256:1", "git lfs pull"),
                arguments("<!DOCTYPE html><html>", "is a web page"),
                arguments("PK\u0003\u0004abc", "is a zip archive"),
                arguments("\u0080\u0002abc", "is a pickle"),
                arguments("Not Found", "is text"),
                arguments("\b\b:\u00ff\u00ff\u0003abc", "only a part of one"),
                arguments("\b\b", "holds no graph"));
    }

    @ParameterizedTest
    @MethodSource("otherFiles")
    void aFileThatIsNoModelIsToldForWhatItIs(String content, String told) throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));

        assertContains(told, assertThrows(ImportException.class, () -> ForeignModel.read(file)));
    }

    @Test
    void aFolderAndNothingAreToldToo() {
        assertContains("is a folder", assertThrows(ImportException.class, () -> ForeignModel.read(folder)));
        assertContains(
                "no ONNX file at",
                assertThrows(ImportException.class, () -> ForeignModel.read(folder.resolve("none.onnx"))));
    }

    private void assertGivesWhatTheOwnerGets(Onnx model, BatchForm form) throws IOException, OrtException {
        assertGivesWhatTheOwnerGets(model, "input", form);
    }

    /** Embeds pictures in one batch, and each by the model as it was exported. */
    private void assertGivesWhatTheOwnerGets(Onnx model, String input, BatchForm form)
            throws IOException, OrtException {
        ForeignEmbedder embedder = embedder(model, asked(Layout.NCHW, Normalisation.NONE, null));
        List<float[]> pictures = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            pictures.add(picture(i));
        }

        float[][] embeddings = embed(embedder, pictures);

        assertEquals(form, embedder.form());
        for (int i = 0; i < pictures.size(); i++) {
            assertArrayEquals(owner(model.bytes(), input, pictures.get(i)), embeddings[i], 1e-4f);
        }
    }

    @Test
    void embeddingsOfRealPicturesMustBeSound() throws IOException {
        ForeignModel model = ForeignModel.read(Onnx.embedder(3, 1, 1, -1).write(folder.resolve("model.onnx")));
        float[][] good = {{1, 2}, {2, 1}};

        ForeignEmbedder.requireSound(model, good, good);

        assertContains(
                "gives the same vector for different pictures",
                assertThrows(
                        ImportException.class,
                        () -> ForeignEmbedder.requireSound(model, new float[][] {{1, 2}, {1, 2}}, good)));
        assertContains(
                "gives numbers that aren't finite",
                assertThrows(
                        ImportException.class,
                        () -> ForeignEmbedder.requireSound(model, new float[][] {{1, Float.NaN}, {1, 2}}, good)));
        assertContains(
                "another vector beside others than alone",
                assertThrows(
                        ImportException.class,
                        () -> ForeignEmbedder.requireSound(model, good, new float[][] {{1, 2}, {2, 1.1f}})));
    }

    private void assertRefused(String reason, Onnx model, String output) {
        ImportException refused = assertThrows(
                ImportException.class, () -> embedder(model, asked(Layout.NCHW, Normalisation.NONE, output)));

        assertContains(reason, refused);
    }

    private static void assertContains(String part, ImportException refused) {
        String message = String.valueOf(refused.getMessage());
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.contains(part), message);
    }

    private ForeignEmbedder embedder(Onnx model, ForeignInput asked) throws IOException {
        return ForeignEmbedder.of(ForeignModel.read(model.write(folder.resolve("model.onnx"))), asked);
    }

    private static float[][] embed(ForeignEmbedder embedder, List<float[]> pictures) throws OrtException {
        try (ForeignSession session = new ForeignSession(
                embedder.graph(), asked(Layout.NCHW, Normalisation.NONE, null).spec())) {
            return session.embed(pictures);
        }
    }

    private static float[] owner(byte[] model, String input, float[] picture) throws OrtException {
        return Onnx.run(model, input, "output", scaled(picture), ONE_PICTURE);
    }

    /** Does what the owner does with red, green, blue from 0 to 1: blue first, mean and deviation. */
    private static float[] scaled(float[] picture) {
        float[] scaled = new float[picture.length];
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < 256; i++) {
                double sample = 255.0 * picture[(2 - channel) * 256 + i];
                scaled[channel * 256 + i] = (float) ((sample - MEAN.get(channel)) / STD.get(channel));
            }
        }
        return scaled;
    }

    private static float[] picture(int number) {
        Random random = new Random(number);
        float[] samples = new float[768];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = random.nextFloat();
        }
        return samples;
    }

    private static ForeignInput asked(Layout layout, Normalisation normalisation, String output) {
        Preparation preparation =
                new Preparation(Fit.STRETCH, 0, Resampling.AREA, ColourOrder.BGR, MEAN, STD, normalisation);
        return new ForeignInput(new InputSpec(16, 16, 3, false, preparation), layout, output);
    }
}
