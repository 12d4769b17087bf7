package io.twinstream.trainer.foreign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec.TemplatePoint;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.trainer.export.Quantization;
import io.twinstream.trainer.export.Recalibration;
import io.twinstream.trainer.foreign.ForeignInput.Layout;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.MatcherWeights;
import io.twinstream.verifier.inference.ProviderChoice;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The owner of the model letterboxes pictures of 32 x 16 to 16 x 16, takes blue first, and (sample - 127.5) / 128. */
class ModelImportTest {
    private static final int VECTORS = 5;
    private static final List<TemplatePoint> TEMPLATE = List.of(new TemplatePoint(0, 6, 6), new TemplatePoint(1, 9, 6));

    @TempDir
    static Path folder;

    private static Path validation;
    private static Path model;
    private static Path golden;

    private final List<String> lines = new ArrayList<>();

    @BeforeAll
    static void makeWhatTheOwnerHas() throws IOException, OrtException {
        validation = Colours.write(folder.resolve("validation"), 8, 5, 32, 16);
        Onnx onnx = Onnx.embedder(3, 1, 1, -1);
        model = onnx.write(folder.resolve("foreign.onnx"));
        StringBuilder vectors = new StringBuilder();
        for (int i = 0; i < VECTORS; i++) {
            BufferedImage picture = Colours.picture(100 + i, 0, 32, 16);
            ImageIO.write(picture, "png", folder.resolve("g" + i + ".png").toFile());
            float[] vector = Onnx.run(onnx.bytes(), "input", "output", prepared(picture), 1, 3, 16, 16);
            String numbers = IntStream.range(0, vector.length)
                    .mapToObj(at -> Float.toString(vector[at]))
                    .collect(Collectors.joining(", "));
            vectors.append("{\"image\": \"g%d.png\", \"embedding\": [%s]}%n".formatted(i, numbers));
        }
        golden = Files.writeString(folder.resolve("golden.jsonl"), vectors);
    }

    @Test
    void aModelThatItsOwnersVectorsProveIsAPackageLikeAnyOther() throws IOException {
        ModelPackage imported = read(run(order(asked(), golden, null)));

        Manifest manifest = imported.manifest();
        assertEquals(Manifest.FORMAT_OF_IMPORTED, manifest.format());
        assertEquals("imported", manifest.architecture());
        assertEquals("foreign.onnx", manifest.imported().file());
        assertEquals(VECTORS, manifest.imported().vectors());
        assertTrue(
                manifest.imported().leastCosine() >= 0.99999,
                manifest.imported().toString());
        assertNull(manifest.imported().unproven());
        assertEquals(asked().spec(), manifest.input());
        assertEquals("2026-01-01T00:00:00Z", manifest.training().trainedAt());
        assertEquals("bgr", manifest.training().settings().get("order"));
        assertEquals(700.0, manifest.evaluation().get("impostorPairs"));
        assertTrue(manifest.evaluation().get("eer") < 0.2, manifest.evaluation().toString());
        assertTrue(manifest.evaluation().get("eer.low") <= manifest.evaluation().get("eer"));
        assertTrue(
                manifest.evaluation().get("eer.high") >= manifest.evaluation().get("eer"));
        assertFalse(manifest.evaluation().containsKey("fnmr@fmr=0.001"), "700 pairs can't carry 0.001");
        // 700 impostor pairs carry 0.05, by the rule of 30, and nothing below.
        assertEquals(0.05, manifest.fmrTable().lowestFmr());
        MatcherWeights matcher = MatcherWeights.of(imported);
        assertTrue(matcher.weights()[0] < 0 && matcher.bias() > 0);
        assertEquals(4, manifest.golden().size());
        assertGoldenVectorsHold(imported);
    }

    @Test
    void anUnprovenModelKeepsTheReason() throws IOException {
        ModelPackage imported = read(run(order(asked(), null, "the owner is gone")));

        assertEquals("the owner is gone", imported.manifest().imported().unproven());
        assertEquals(0, imported.manifest().imported().vectors());
        assertGoldenVectorsHold(imported);
        assertTrue(lines.contains("unproven: the owner is gone"), lines.toString());
    }

    @Test
    void theVerifierEmbedsBatchesOfAModelThatTakesOnePictureAlone() throws IOException {
        Path rigid = Onnx.rigid().write(folder.resolve("rigid.onnx"));
        ImportOrder order = new ImportOrder(rigid, "faces", "1", asked(), validation, golden, 0.9999, null, null);

        ModelPackage imported = read(run(order));

        assertEquals("one_by_one", imported.manifest().training().settings().get("batch"));
        assertEquals(VECTORS, imported.manifest().imported().vectors());
        assertGoldenVectorsHold(imported);
    }

    @Test
    void largePicturesDoNotFillTheManifest() throws IOException {
        Path large = folder.resolve("large");
        for (int number = 0; number < 8; number++) {
            Path of = Files.createDirectories(large.resolve("class" + number));
            for (int hand = 0; hand < 5; hand++) {
                BufferedImage picture = Colours.picture(number, hand, 320, 160);
                for (int i = 0; i < 320 * 160; i++) {
                    picture.setRGB(
                            i % 320, i / 320, picture.getRGB(i % 320, i / 320) ^ (i * 0x9E3779B1) >>> 12 & 0x1f1f1f);
                }
                ImageIO.write(picture, "png", of.resolve(hand + ".png").toFile());
            }
        }
        ImportOrder order = new ImportOrder(model, "faces", "1", asked(), large, null, 0.9999, "large", null);

        ModelPackage imported = read(run(order));

        assertTrue(Files.size(large.resolve("class0/0.png")) > 64 << 10);
        assertTrue(imported.manifestBytes().length < 100_000, "" + imported.manifestBytes().length);
        assertGoldenVectorsHold(imported);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RGB|127.5|128|LETTERBOX|AREA|with --order bgr all 5 agree",
                "BGR|0|255|LETTERBOX|AREA|with --mean 127.5 --std 128 all 5 agree",
                "BGR|127.5|128|STRETCH|AREA|with --fit letterbox all 5 agree",
                "BGR|127.5|128|LETTERBOX|TRIANGLE|with --resampling area all 5 agree",
                "RGB|0|1|CROP|AREA|with --order bgr --mean 127.5 --std 128 --fit letterbox all 5 agree"
            })
    void wrongOptionsAreRefusedWithTheRightOnes(
            ColourOrder order, double mean, double std, Fit fit, Resampling resampling, String advice) {
        ForeignInput wrong = asked(order, mean, std, fit, resampling, Normalisation.NONE);

        // Pooled pictures hardly differ by their resampling.
        double tolerance = resampling == Resampling.AREA ? ImportOrder.DEFAULT_TOLERANCE : 1 - 1e-9;
        ImportException refused = assertThrows(
                ImportException.class,
                () -> run(new ImportOrder(model, "faces", "1", wrong, validation, golden, tolerance, null, null)));

        assertContains(advice, refused);
    }

    @Test
    void vectorsOfLengthOneAskForNormalisation() throws IOException {
        Path normalised = folder.resolve("normalised.jsonl");
        List<String> ofLengthOne = new ArrayList<>();
        for (GoldenPicture each : GoldenFile.read(golden, 3, Onnx.LENGTH)) {
            double length = GoldenProof.length(each.vector());
            String numbers = IntStream.range(0, Onnx.LENGTH)
                    .mapToObj(i -> Double.toString(each.vector()[i] / length))
                    .collect(Collectors.joining(", "));
            ofLengthOne.add("{\"image\": \"%s\", \"embedding\": [%s]}".formatted(each.name(), numbers));
        }
        Files.write(normalised, ofLengthOne);

        ImportException refused = assertThrows(ImportException.class, () -> run(order(asked(), normalised, null)));

        assertContains("agree in direction but not in length", refused);
        assertContains("with --normalise l2 all 5 agree", refused);
    }

    @Test
    void aScaleThatDrivesTheModelToItsLimitsIsRefusedWithoutVectorsToo() {
        ForeignInput wrong = asked(ColourOrder.BGR, -1e4, 1e-3, Fit.LETTERBOX, Resampling.AREA, Normalisation.NONE);

        ImportException refused =
                assertThrows(ImportException.class, () -> run(order(wrong, null, "the owner is gone")));

        assertContains("gives the same vector for different pictures: check --output, --mean and --std", refused);
    }

    @Test
    void vectorsOfAnotherModelAreToldApart() throws IOException {
        Path others = folder.resolve("others.jsonl");
        Files.write(
                others,
                List.of(
                        "{\"image\": \"g0.png\", \"embedding\": [1, -2, 3, -4, 5, 6, 7, -8]}",
                        "{\"image\": \"g1.png\", \"embedding\": [8, 1, -7, 2, 6, 3, -5, 4]}"));

        ImportException refused = assertThrows(ImportException.class, () -> run(order(asked(), others, null)));

        assertContains("other preparations agrees", refused);
    }

    @Test
    void goldenPicturesThatProveLittleAreTold() throws IOException {
        List<GoldenPicture> gray =
                List.of(new GoldenPicture("a", new byte[0], new Picture(16, 16, 3, new byte[768]), new float[] {1}));

        List<String> gaps = GoldenProof.gaps(gray, asked().spec());

        assertEquals(2, gaps.size());
        assertTrue(gaps.get(0).contains("can't tell rgb from bgr"), gaps.toString());
        assertTrue(gaps.get(1).contains("prove nothing of fit"), gaps.toString());
    }

    @Test
    void anImportNeedsAProofOrAReason() {
        assertThrows(IllegalArgumentException.class, () -> order(asked(), null, null));
        assertThrows(IllegalArgumentException.class, () -> order(asked(), null, " "));
        assertThrows(IllegalArgumentException.class, () -> order(asked(), golden, "both"));
        assertThrows(
                IllegalArgumentException.class,
                () -> order(
                        asked(ColourOrder.BGR, 127.5, 128, Fit.ALIGN, Resampling.AREA, Normalisation.NONE),
                        golden,
                        null));
    }

    @Test
    void aModelWithALocatorIsCalibratedOnWhatItFinds() throws IOException {
        Path marked = marked("marked", 40);
        LocatorOrder locator = locator(TEMPLATE);

        ModelPackage imported = read(run(new ImportOrder(
                model, "faces", "1", asked().withFit(Fit.ALIGN), marked, null, 0.9999, "no vectors", locator)));

        assertEquals(locator.spec(), imported.manifest().locator());
        assertEquals(Fit.ALIGN, imported.manifest().input().fit());
        assertTrue(lines.contains("the locator finds something in 40 of 40 validation images"), lines.toString());
        assertGoldenVectorsHold(imported);
        try (Embedder embedder = Embedder.open(imported, ProviderChoice.CPU)) {
            Picture dark = new Picture(32, 32, 3, new byte[32 * 32 * 3]);
            assertEquals(0, embedder.embedAll(List.of(dark))[0].length);
        }
    }

    @Test
    void aModelWithALocatorIsCalibratedAgainOnOtherPicturesOfWhichThoseWithNothingAreNamed() throws IOException {
        ModelPackage imported = read(run(new ImportOrder(
                model,
                "faces",
                "1",
                asked().withFit(Fit.ALIGN),
                marked("first", 40),
                null,
                0.9999,
                "no vectors",
                locator(TEMPLATE))));
        ImageSet others = ImageSet.read(marked("others", 38), 3);

        ModelPackage calibrated =
                read(new Recalibration().run(imported, new ModelId("faces", "2"), others, lines::add));

        assertTrue(
                lines.contains("nothing is found in 2 of 40 images, which are left out: class7/3.png, class7/4.png"),
                lines.toString());
        assertEquals(imported.manifest().locator(), calibrated.manifest().locator());
        assertEquals(imported.manifest().imported(), calibrated.manifest().imported());
        assertEquals(imported.manifest().input(), calibrated.manifest().input());
        assertEquals(Manifest.FORMAT_OF_IMPORTED, calibrated.manifest().format());
        for (String file : List.of(ModelPackage.EMBEDDER, ModelPackage.LOCATOR)) {
            assertArrayEquals(imported.file(file), calibrated.file(file));
        }
        // 38 images make 703 pairs, 73 of them of one class.
        assertEquals(630.0, calibrated.manifest().evaluation().get("impostorPairs"));
        MatcherWeights weights = MatcherWeights.of(calibrated);
        assertEquals(weights.weights()[0], weights.weights()[1]);
        assertThrows(
                DatasetException.class,
                () -> new Recalibration()
                        .run(imported, new ModelId("faces", "3"), ImageSet.read(marked("none", 10), 3), lines::add));
        assertThrows(ExportException.class, () -> Quantization.of(imported, others, others));
    }

    @Test
    void aLocatorThatFindsNextToNothingIsRefusedWithTheMend() throws IOException {
        Path marked = marked("hardly", 19);

        ImportException refused = assertThrows(
                ImportException.class,
                () -> run(new ImportOrder(
                        model,
                        "faces",
                        "1",
                        asked().withFit(Fit.ALIGN),
                        marked,
                        null,
                        0.9999,
                        "no vectors",
                        locator(TEMPLATE))));

        assertContains("finds something in 19 of 40 validation images: look whether", refused);
    }

    @Test
    void aTemplateThatNamesAPointThatNoFindHasIsRefused() throws IOException {
        Path marked = marked("pointless", 40);
        LocatorOrder locator = locator(List.of(new TemplatePoint(0, 6, 6), new TemplatePoint(7, 9, 6)));

        ImportException refused = assertThrows(
                ImportException.class,
                () -> run(new ImportOrder(
                        model, "faces", "1", asked().withFit(Fit.ALIGN), marked, null, 0.9999, "no vectors", locator)));

        assertContains("the locator's finds have 2 key points, the template names point 7", refused);
    }

    @Test
    void goldenPicturesOfAModelWithALocatorShowWhatTheEmbedderSees() throws IOException {
        Path marked = marked("proved", 40);

        ImportException refused = assertThrows(
                ImportException.class,
                () -> run(new ImportOrder(
                        model,
                        "faces",
                        "1",
                        asked().withFit(Fit.ALIGN),
                        marked,
                        golden,
                        0.9999,
                        null,
                        locator(TEMPLATE))));

        assertContains("g0.png has 32 x 16 pixels: golden pictures of a model with a locator are", refused);
    }

    @Test
    void whatIsAlignedNeedsALocatorAndATemplateAndNothingElseDoes() throws IOException {
        LocatorOrder without = locator(List.of());
        LocatorOrder with = locator(TEMPLATE);

        assertOrderRefused("the fit align needs a locator", asked().withFit(Fit.ALIGN), null);
        assertOrderRefused("the fit align needs to know where key points", asked().withFit(Fit.ALIGN), without);
        assertOrderRefused("a template is for the fit align", asked(), with);
        assertOrderRefused(
                "the template lays point 1 at 573.0:51.0, far outside the input",
                asked().withFit(Fit.ALIGN),
                locator(List.of(new TemplatePoint(0, 6, 6), new TemplatePoint(1, 573, 51))));
        assertOrderRefused(
                "the template lays all points on the input's first pixel",
                asked().withFit(Fit.ALIGN),
                locator(List.of(new TemplatePoint(0, 0.3, 0.4), new TemplatePoint(1, 0.7, 0.4))));
    }

    private static void assertOrderRefused(String begin, ForeignInput input, LocatorOrder locator) {
        String reason = assertThrows(
                        IllegalArgumentException.class,
                        () -> new ImportOrder(
                                model, "faces", "1", input, validation, null, 0.9999, "no vectors", locator))
                .getMessage();
        assertTrue(reason.startsWith(begin), reason);
    }

    private static LocatorOrder locator(List<TemplatePoint> template) throws IOException {
        Path file = Files.write(folder.resolve("locator.onnx"), LocatorGraphs.foreign());
        LocatorSpec spec = new LocatorSpec(LocatorSpec.Kind.BOXES, 8, 8, Fit.STRETCH, 0.5, template);
        List<Double> middle = Collections.nCopies(3, 127.5);
        return new LocatorOrder(file, spec, ColourOrder.RGB, middle, middle);
    }

    /** Writes 40 pictures of 8 classes that are hardly red, of which so many have a spot that is, where the locator looks for it. */
    private static Path marked(String name, int marks) throws IOException {
        Path images = Colours.write(folder.resolve(name), 8, 5, 32, 32);
        List<Path> files;
        try (Stream<Path> all = Files.walk(images)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (int i = 0; i < files.size(); i++) {
            BufferedImage picture = ImageIO.read(files.get(i).toFile());
            for (int y = 0; y < 32; y++) {
                for (int x = 0; x < 32; x++) {
                    boolean marked = i < marks && x / 4 == 3 && y / 4 == 3;
                    int rgb = picture.getRGB(x, y);
                    int red = marked ? 255 : (rgb >> 16 & 255) / 4;
                    picture.setRGB(x, y, rgb & 0xffff | red << 16);
                }
            }
            ImageIO.write(picture, "png", files.get(i).toFile());
        }
        return images;
    }

    private byte[] run(ImportOrder order) throws IOException {
        Clock clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
        return new ModelImport(clock).run(order, lines::add);
    }

    private static ModelPackage read(byte[] archive) throws IOException {
        return PackageArchive.read(archive, "test");
    }

    private static void assertContains(String part, ImportException refused) {
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains(part), message);
        assertEquals(1, message.lines().count(), message);
    }

    /** Checks what whoever loads the package checks: each image gives its embedding again, to the bit. */
    private static void assertGoldenVectorsHold(ModelPackage imported) {
        try (Embedder embedder = Embedder.open(imported, ProviderChoice.CPU)) {
            for (GoldenVector each : imported.manifest().golden()) {
                Decoded decoded = new ImageDecoder(ImageLimits.DEFAULT).decode(each.image(), 3);
                assertArrayEquals(each.embedding(), embedder.embedAll(List.of((Picture) decoded))[0], 1e-6f);
            }
        }
    }

    private static ImportOrder order(ForeignInput input, Path golden, String unproven) {
        return new ImportOrder(
                model, "faces", "1", input, validation, golden, ImportOrder.DEFAULT_TOLERANCE, unproven, null);
    }

    private static ForeignInput asked() {
        return asked(ColourOrder.BGR, 127.5, 128, Fit.LETTERBOX, Resampling.AREA, Normalisation.NONE);
    }

    private static ForeignInput asked(
            ColourOrder order, double mean, double std, Fit fit, Resampling resampling, Normalisation normalisation) {
        Preparation preparation = new Preparation(
                fit, 0, resampling, order, Collections.nCopies(3, mean), Collections.nCopies(3, std), normalisation);
        return new ForeignInput(new InputSpec(16, 16, 3, false, preparation), Layout.NCHW, null);
    }

    /** Does what the owner does: means of 2 x 2 pixels in the middle rows, black above and below. */
    private static float[] prepared(BufferedImage picture) {
        float[] numbers = new float[3 * 16 * 16];
        for (int channel = 0; channel < 3; channel++) {
            int shift = 8 * channel;
            for (int y = 0; y < 16; y++) {
                for (int x = 0; x < 16; x++) {
                    double sum = 0;
                    for (int i = 0; i < 4 && y >= 4 && y < 12; i++) {
                        sum += picture.getRGB(2 * x + i % 2, 2 * (y - 4) + i / 2) >> shift & 255;
                    }
                    numbers[(channel * 16 + y) * 16 + x] = (float) ((sum / 4 - 127.5) / 128);
                }
            }
        }
        return numbers;
    }
}
