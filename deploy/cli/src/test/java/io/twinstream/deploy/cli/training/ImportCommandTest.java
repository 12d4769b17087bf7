package io.twinstream.deploy.cli.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.PackageArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
    private static final int CHARACTERS = 8;
    private static final int HANDS = 5;

    @TempDir
    Path folder;

    private Path model;
    private Path validation;
    private Path out;

    @BeforeEach
    void make() throws IOException {
        model = Files.write(folder.resolve("foreign.onnx"), pooling());
        validation = folder.resolve("validation");
        out = folder.resolve("out.zip");
        DrawnCharacters drawings = new DrawnCharacters(1);
        for (int character = 0; character < CHARACTERS; character++) {
            Path of = Files.createDirectories(validation.resolve("c" + character));
            for (int hand = 0; hand < HANDS; hand++) {
                Files.write(of.resolve(hand + ".png"), drawings.png(character, hand));
            }
        }
    }

    @Test
    void aForeignEmbedderBecomesAPackageThatVerifies() throws IOException {
        Ran ran = run("--input", "32x32", "--unproven", "made by hand");

        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
        Manifest manifest = PackageArchive.read(out).manifest();
        assertEquals("hand", manifest.name());
        assertEquals("made by hand", manifest.imported().unproven());
        assertTrue(ran.out().contains("thresholds from an FMR of 0.1 down to 0.05, which 700"), ran.out());
        assertTrue(ran.out()
                .strip()
                .lines()
                .reduce((before, last) -> last)
                .orElseThrow()
                .startsWith("impostorPairs"));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(model, out, validation), left.sorted().toList());
        }
        Ran verified = Ran.run(
                "verify",
                validation.resolve("c1/0.png").toString(),
                validation.resolve("c1/0.png").toString(),
                "--set",
                "verifier.model=" + out,
                "--set",
                "verifier.target.fmr=0.1");
        assertTrue(verified.out().contains("MATCH"), verified.out() + verified.err());
    }

    @Test
    void whatIsRefusedLeavesNothingAndSaysWhyInOneLine() throws IOException {
        assertRefused("give --golden, or --unproven with a reason", "--input", "32x32");
        assertRefused("give --input 32x32x1", "--input", "48x48", "--unproven", "r");
        assertRefused("--order rgb is of 3 channels", "--input", "32x32", "--order", "rgb", "--unproven", "r");
        assertRefused("--mean has 3 numbers", "--input", "32x32", "--mean", "1,2,3", "--unproven", "r");
        assertRefused("std must be positive", "--input", "32x32", "--std", "0", "--unproven", "r");
        assertRefused("fill must be 0 to 255", "--input", "32x32", "--fill", "256", "--unproven", "r");
        assertRefused("align needs a locator", "--input", "32x32", "--fit", "align", "--unproven", "r");
        assertRefused("'8x8x1' must be WIDTHxHEIGHT", "--input", "32x32", "--locator-input", "8x8x1");
        assertRefused("a model's name is 1 to 100", "--input", "32x32", "--name", "a/b", "--unproven", "r");
        assertRefused("the tolerance must lie", "--input", "32x32", "--tolerance", "2", "--unproven", "r");
        assertRefused("computes no 'x'", "--input", "32x32", "--output", "x", "--unproven", "r");
        assertRefused(
                "no golden vectors at",
                "--input",
                "32x32",
                "--golden",
                folder.resolve("none").toString());
        Files.writeString(validation.resolve("c0/0.png"), "no picture");
        assertRefused("c0/0.png", "--input", "32x32", "--unproven", "r");
    }

    private void assertRefused(String told, String... options) throws IOException {
        Ran ran = run(options);

        String refusal = ran.err()
                .lines()
                .filter(line -> line.startsWith("twinstream: "))
                .reduce("", String::concat);
        assertTrue(refusal.contains(told), ran.err());
        assertTrue(ran.exitCode() == ExitCodes.USAGE || ran.exitCode() == ExitCodes.FAILURE);
        assertEquals("", ran.out());
        assertFalse(Files.exists(out));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(model, validation), left.sorted().toList());
        }
    }

    private Ran run(String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "import",
                model.toString(),
                "--model-version",
                "1",
                "--validation",
                validation.toString(),
                "--out",
                out.toString()));
        arguments.addAll(List.of(options));
        if (!arguments.contains("--name")) {
            arguments.addAll(List.of("--name", "hand"));
        }
        return Ran.run(arguments.toArray(String[]::new));
    }

    /** Returns an embedder of 1 x 32 x 32 that gives the means of 8 x 8 squares. */
    private static byte[] pooling() {
        AttributeProto.Builder kernel = AttributeProto.newBuilder()
                .setType(AttributeProto.AttributeType.INTS)
                .addInts(4)
                .addInts(4);
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("pooling")
                .addInput(value("input", 1, 1, 32, 32))
                .addOutput(value("output", 1, 64))
                .addNode(NodeProto.newBuilder()
                        .setOpType("AveragePool")
                        .addInput("input")
                        .addOutput("pooled")
                        .addAttribute(kernel.setName("kernel_shape").build())
                        .addAttribute(kernel.setName("strides").build()))
                .addNode(NodeProto.newBuilder()
                        .setOpType("Flatten")
                        .addInput("pooled")
                        .addOutput("output"));
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static ValueInfoProto value(String name, long... sides) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long side : sides) {
            shape.addDim(Dimension.newBuilder().setDimValue(side));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }
}
