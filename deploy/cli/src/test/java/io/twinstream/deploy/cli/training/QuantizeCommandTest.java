package io.twinstream.deploy.cli.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.PackageFromBefore;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizeCommandTest {
    @TempDir
    Path folder;

    private Path before;
    private Path out;

    @BeforeEach
    void write() throws IOException {
        before = PackageFromBefore.write(folder);
        out = folder.resolve("out.zip");
    }

    @Test
    void aPackageFromBeforeGetsTheFastFormAsANewVersion() throws IOException {
        Ran ran = quantize(before.toString(), "--model-version", "9");

        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
        assertTrue(ran.out().contains("compact 9, calibrated by least_squares"), ran.out());
        ModelPackage written = PackageArchive.read(out);
        ModelPackage trained = PackageFromBefore.read();
        assertEquals(trained.origin(), written.manifest().parent());
        assertArrayEquals(
                ShippedModel.read("compact").file(ModelPackage.EMBEDDER_INT8),
                written.file(ModelPackage.EMBEDDER_INT8));
        assertSameFacts(trained.manifest(), written.manifest());
    }

    @Test
    void theShippedModelSaysWhatTheOneBeforeSaid() throws IOException {
        assertSameFacts(
                PackageFromBefore.read().manifest(),
                ShippedModel.read("compact").manifest());
    }

    private static void assertSameFacts(Manifest before, Manifest after) {
        assertEquals(before.fmrTable(), after.fmrTable());
        assertEquals(before.evaluation(), after.evaluation());
        assertEquals(before.int8().fmrTable(), after.int8().fmrTable());
        assertEquals(before.int8().loss(), after.int8().loss());
        assertEquals(before.int8().evaluation(), after.int8().evaluation());
        for (int i = 0; i < before.int8().golden().size(); i++) {
            assertArrayEquals(
                    before.int8().golden().get(i).embedding(),
                    after.int8().golden().get(i).embedding());
        }
        assertEquals(before.training(), after.training());
    }

    @Test
    void imagesAndAVersionGiveANewInt8EmbedderAsAVersionOfItsOwn() throws IOException {
        Path images = draw();

        Ran ran = quantize(before.toString(), "--images", images.toString(), "--model-version", "9");

        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
        ModelPackage written = PackageArchive.read(out);
        assertEquals("9", written.manifest().version());
        assertEquals(PackageFromBefore.read().origin(), written.manifest().parent());
    }

    @Test
    void theVersionOfThePackageItselfIsRefused() {
        assertRefused(
                "--model-version must differ from the package's own, 1.1", before.toString(), "--model-version", "1.1");
    }

    @Test
    void whoeverNamesNeitherImagesNorAVersionIsToldBoth() {
        assertRefused("--images is missing, on which an int8 embedder is calibrated", before.toString());
        assertRefused("--validation stands alone: add --images", before.toString(), "--validation", folder.toString());
    }

    @Test
    void aPackageThatHasTheFastFormIsRefused() {
        assertRefused("has its fastest form already", "compact", "--model-version", "9");
    }

    private void assertRefused(String told, String model, String... options) {
        Ran ran = quantize(model, options);

        assertTrue(ran.exitCode() == ExitCodes.USAGE || ran.exitCode() == ExitCodes.FAILURE);
        assertTrue(ran.err().startsWith("twinstream: ") && ran.err().contains(told), ran.err());
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertFalse(Files.exists(out));
    }

    private Ran quantize(String model, String... options) {
        List<String> arguments = new ArrayList<>(List.of("quantize", model, "--out", out.toString()));
        arguments.addAll(List.of(options));
        return Ran.run(arguments.toArray(String[]::new));
    }

    private Path draw() throws IOException {
        DrawnCharacters drawings = new DrawnCharacters(1);
        Path images = folder.resolve("images");
        for (int character = 0; character < 40; character++) {
            Path of = Files.createDirectories(images.resolve("c" + character));
            for (int hand = 0; hand < 6; hand++) {
                Files.write(of.resolve(hand + ".png"), drawings.png(character, hand));
            }
        }
        return images;
    }
}
