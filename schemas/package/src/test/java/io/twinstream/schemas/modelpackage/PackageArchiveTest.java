package io.twinstream.schemas.modelpackage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.text.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageArchiveTest {
    private static final String ORIGIN = "m.zip";
    private static final byte[] EMBEDDER = {1, 2, 3, 4};
    private static final byte[] MATCHER = {5, 6};
    private static final byte[] INT8 = {7};
    private static final InputDomain DOMAIN = new InputDomain(0.06, 1, 100, 0.25, 2, new byte[] {1, 2, 3, -1});

    private final byte[] zip = PackageArchive.write(manifest(), EMBEDDER, MATCHER);

    PackageArchiveTest() throws IOException {}

    @Test
    void whatIsWrittenIsRead() throws IOException {
        ModelPackage model = PackageArchive.read(zip, ORIGIN);

        assertArrayEquals(EMBEDDER, model.file(ModelPackage.EMBEDDER));
        assertArrayEquals(MATCHER, model.file(ModelPackage.MATCHER));
        assertEquals("compact", model.manifest().name());
        assertEquals(new InputSpec(48, 32, 3, true), model.manifest().input());
        assertEquals(manifest().fmrTable(), model.manifest().fmrTable());
        assertEquals(Map.of("eer", 0.02), model.manifest().evaluation());
        assertEquals(manifest().training(), model.manifest().training());
        assertArrayEquals(
                new float[] {0.25f, -1f}, model.manifest().golden().get(0).embedding());
        assertArrayEquals(new byte[] {9, 8}, model.manifest().golden().get(0).image());
        assertArrayEquals(new long[] {0, 7}, model.manifest().histograms().genuine());
        assertEquals(Sha256.of(unzip(zip).get("manifest.json")), model.sha256());
    }

    @Test
    void aForeignModelKeepsItsPreparationItsProofAndItsLocator() throws IOException {
        Manifest draft = foreign(Manifest.FORMAT_OF_IMPORTED);

        ModelPackage model = PackageArchive.read(PackageArchive.write(draft, EMBEDDER, MATCHER, INT8), ORIGIN);

        assertEquals(draft.input(), model.manifest().input());
        assertEquals(draft.imported(), model.manifest().imported());
        assertEquals(draft.locator(), model.manifest().locator());
        assertArrayEquals(INT8, model.file(ModelPackage.LOCATOR));
    }

    @Test
    void aForeignModelThatIsRenamedOrDescribedKeepsItsLocator() throws IOException {
        byte[] written = PackageArchive.write(foreign(Manifest.FORMAT_OF_IMPORTED), EMBEDDER, MATCHER, INT8);
        ModelPackage model = PackageArchive.read(written, ORIGIN);

        ModelPackage renamed = PackageArchive.read(PackageArchive.withDomain(model, "8", null, DOMAIN), ORIGIN);

        assertArrayEquals(INT8, renamed.file(ModelPackage.LOCATOR));
        assertEquals(model.manifest().imported(), renamed.manifest().imported());
    }

    @Test
    void whatReadersOfFormatOneCantJudgeByIsNotWrittenInIt() {
        assertEquals(
                "a manifest with a preparation, an import or a locator has format 2, not 1",
                assertThrows(IllegalArgumentException.class, () -> foreign(Manifest.FORMAT))
                        .getMessage());
    }

    @Test
    void aTemplateLaysEachPointOfItsKindOnceAndNotAllToOnePlace() {
        assertTemplateRefused("a find of blazeface has key points 0 to 5, the template names 6", 0, 1, 6, 2);
        assertTemplateRefused("a template lays each key point once, 3 stands there twice", 3, 1, 3, 2);
        assertTemplateRefused("a template needs points at different places, all are at 1.0, 1.0", 0, 1, 1, 1);
    }

    @Test
    void aCloseUpShowsAFindWholeAndNoMoreThanTenTimesItsBox() {
        for (double closeUp : new double[] {0.99, 10.01, Double.NaN}) {
            assertEquals(
                    "a locator's closeUp must be 1.0 to 10.0 times a find's box, was " + closeUp,
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> new LocatorSpec(
                                            LocatorSpec.Kind.BLAZEFACE,
                                            128,
                                            128,
                                            Preparation.Fit.STRETCH,
                                            0.5,
                                            List.of(),
                                            closeUp))
                            .getMessage());
        }
    }

    private static void assertTemplateRefused(String reason, int first, double at, int second, double otherAt) {
        List<LocatorSpec.TemplatePoint> template = List.of(
                new LocatorSpec.TemplatePoint(first, at, at), new LocatorSpec.TemplatePoint(second, otherAt, otherAt));
        assertEquals(
                reason,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new LocatorSpec(
                                        LocatorSpec.Kind.BLAZEFACE, 128, 128, Preparation.Fit.STRETCH, 0.5, template))
                        .getMessage());
    }

    @Test
    void aPackageWithoutThePromisedLocatorIsRefused() throws IOException {
        byte[] without = PackageArchive.write(foreign(Manifest.FORMAT_OF_IMPORTED), EMBEDDER, MATCHER);

        assertEquals("m.zip: the manifest lists no locator.onnx", refusal(without));
    }

    @Test
    void theSamePackageGivesTheSameBytes() throws IOException {
        assertArrayEquals(zip, PackageArchive.write(manifest(), EMBEDDER, MATCHER));
    }

    @Test
    void aPackageThatIsReadAndWrittenAgainIsTheSame() throws IOException {
        ModelPackage model = PackageArchive.read(zip, ORIGIN);

        assertArrayEquals(zip, PackageArchive.write(model.manifest(), EMBEDDER, MATCHER));
    }

    @Test
    void aFlippedBitAnywhereIsRefusedOrWithoutConsequence() throws IOException {
        for (int i = 0; i < zip.length; i++) {
            byte[] flipped = zip.clone();
            flipped[i] ^= 0x10;
            try {
                ModelPackage model = PackageArchive.read(flipped, ORIGIN);
                assertArrayEquals(EMBEDDER, model.file(ModelPackage.EMBEDDER));
                assertEquals(PackageArchive.read(zip, ORIGIN).sha256(), model.sha256());
            } catch (InvalidPackageException e) {
                assertOneLine(e);
            }
        }
    }

    @Test
    void aPackageCutOffBeforeItsLastFileIsRefused() throws IOException {
        for (int length = 0; length < zip.length; length++) {
            try {
                PackageArchive.read(Arrays.copyOf(zip, length), ORIGIN);
                // Nothing is read from the directory at the end of a zip file.
                assertTrue(length > zip.length - 300, "cut off at " + length);
            } catch (InvalidPackageException e) {
                assertOneLine(e);
            }
        }
    }

    @Test
    void theDomainIsAFileThatEarlierReadersPassOver() throws IOException {
        ModelPackage plain = PackageArchive.read(zip, ORIGIN);

        byte[] written = PackageArchive.withDomain(plain, "8", "compact/7", DOMAIN);
        ModelPackage model = PackageArchive.read(written, ORIGIN);

        InputDomain read = Objects.requireNonNull(model.manifest().domain());
        assertArrayEquals(DOMAIN.examples(), read.examples());
        assertEquals(DOMAIN.farthest(), read.farthest());
        assertEquals("8", model.manifest().version());
        assertEquals("compact/7", model.manifest().parent());
        assertTrue(model.manifest().namesDomain());
        JsonNode fields = new ObjectMapper().readTree(model.manifestBytes());
        assertFalse(fields.has("domain"), "the manifest has the fields that it had");
        assertNull(PackageArchive.manifest(model.manifestBytes(), ORIGIN).domain());
        assertArrayEquals(written, PackageArchive.withDomain(model, "8", "compact/7", read));
    }

    @Test
    void theDomainStaysWhereAnInt8EmbedderIsAdded() throws IOException {
        ModelPackage model = PackageArchive.read(
                PackageArchive.withDomain(PackageArchive.read(zip, ORIGIN), "8", null, DOMAIN), ORIGIN);
        Int8Facts facts = new Int8Facts(
                "min_max",
                0,
                manifest().fmrTable(),
                manifest().histograms(),
                Map.of(),
                manifest().golden());

        ModelPackage both = PackageArchive.read(PackageArchive.withInt8(model, facts, INT8), ORIGIN);

        assertNotNull(both.manifest().domain());
        assertNotNull(both.at(Precision.INT8).manifest().domain());
        assertTrue(PackageArchive.read(PackageArchive.withDomain(both, "9", null, DOMAIN), ORIGIN)
                .hasInt8());
    }

    @Test
    void aMissingOrDamagedDomainIsNamed() throws IOException {
        Map<String, byte[]> files =
                unzip(PackageArchive.withDomain(PackageArchive.read(zip, ORIGIN), "8", null, DOMAIN));
        byte[] whole = Objects.requireNonNull(files.remove(ModelPackage.DOMAIN));
        assertEquals("m.zip: domain.json is missing", refusal(zip(files)));
        whole[whole.length / 2] ^= 1;
        files.put(ModelPackage.DOMAIN, whole);

        assertTrue(refusal(zip(files)).startsWith("m.zip: domain.json "));
    }

    @Test
    void aChangedFileIsDamaged() throws IOException {
        Map<String, byte[]> files = unzip(zip);
        files.put(ModelPackage.MATCHER, new byte[] {5, 7});

        assertEquals("m.zip: matcher.onnx is damaged (SHA-256 differs)", refusal(zip(files)));
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        Map<String, byte[]> files = unzip(zip);
        files.remove(ModelPackage.EMBEDDER);

        assertEquals("m.zip: embedder.onnx is missing", refusal(zip(files)));
    }

    @Test
    void aFileThatTheManifestDoesNotListIsRefused() throws IOException {
        Map<String, byte[]> files = unzip(zip);
        files.put("../../etc/passwd", new byte[1]);

        assertEquals("m.zip: the manifest lists no ../../etc/passwd", refusal(zip(files)));
    }

    @Test
    void aManifestThatListsNoMatcherIsRefused() throws IOException {
        Map<String, byte[]> files = unzip(zip);
        files.remove(ModelPackage.MATCHER);
        edit(files, json -> ((ArrayNode) json.get("files")).remove(1));

        assertEquals("m.zip: the manifest lists no matcher.onnx", refusal(zip(files)));
    }

    @Test
    void aNewerFormatIsRefusedByItsNumberWhateverElseItHolds() throws IOException {
        Map<String, byte[]> files = unzip(zip);
        edit(files, json -> json.put("format", 3).put("signature", "x"));

        assertEquals("m.zip: this release reads manifest formats 1 and 2, the package has 3", refusal(zip(files)));
    }

    @Test
    void aFileThatIsNoZipIsNoPackage() {
        assertEquals(
                "m.zip is no model package: it doesn't begin with manifest.json",
                refusal("hello, world; hello, world; hello".getBytes(StandardCharsets.US_ASCII)));
        assertEquals("m.zip is no model package: it doesn't begin with manifest.json", refusal(new byte[0]));
    }

    @Test
    void aPathWithoutAFileIsNamed(@TempDir Path folder) {
        Path absent = folder.resolve("absent.zip");

        InvalidPackageException error = assertThrows(InvalidPackageException.class, () -> PackageArchive.read(absent));

        assertEquals("no model package at " + absent, error.getMessage());
    }

    @Test
    void aBombIsUnpackedNoFurtherThanTheManifestPromises() throws IOException {
        Map<String, byte[]> files = unzip(zip);
        files.put(ModelPackage.MATCHER, new byte[100 << 20]);
        byte[] bomb = zip(files);
        files.put(ModelPackage.MATCHER, MATCHER);
        files.put("manifest.json", new byte[100 << 20]);
        byte[] manifestBomb = zip(files);
        // Allocations of loading the classes don't count.
        refusal(bomb);
        long before = allocated();

        assertEquals("m.zip: matcher.onnx is larger than 2 bytes", refusal(bomb));
        assertTrue(allocated() - before < 4 << 20, () -> "allocated " + (allocated() - before));
        assertEquals("m.zip: manifest.json is larger than 16777216 bytes", refusal(manifestBomb));
    }

    @Test
    void everyFieldOfTheManifestButTheParentAndEnrolmentViewsIsRequired() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<String> accepted = new ArrayList<>();
        for (String path : fields("", mapper.readTree(unzip(zip).get("manifest.json")))) {
            for (boolean remove : new boolean[] {true, false}) {
                Map<String, byte[]> files = unzip(zip);
                edit(files, json -> {
                    ObjectNode parent = (ObjectNode) json.at(path.substring(0, path.lastIndexOf('/')));
                    String name = path.substring(path.lastIndexOf('/') + 1);
                    JsonNode ignored = remove ? parent.remove(name) : parent.putNull(name);
                });
                try {
                    PackageArchive.read(zip(files), ORIGIN);
                    accepted.add(path + (remove ? " missing" : " null"));
                } catch (InvalidPackageException e) {
                    assertOneLine(e);
                }
            }
        }

        assertEquals(List.of("/parent null", "/enrolmentViews missing"), accepted);
    }

    @Test
    void aPackageOfBeforeEnrolmentViewsAsksForOne() throws IOException {
        Map<String, byte[]> files = unzip(zip);
        edit(files, json -> json.remove("enrolmentViews"));

        assertEquals(1, PackageArchive.read(zip(files), ORIGIN).manifest().enrolmentViews());
        assertEquals(5, PackageArchive.read(zip, ORIGIN).manifest().enrolmentViews());
    }

    @Test
    void aPackageCanBeSeenAtInt8WithAllThatBelongsToIt() throws IOException {
        ModelPackage model = PackageArchive.read(withInt8(), ORIGIN);

        ModelPackage seen = model.at(Precision.INT8);

        assertArrayEquals(INT8, seen.file(ModelPackage.EMBEDDER));
        assertArrayEquals(MATCHER, seen.file(ModelPackage.MATCHER));
        assertEquals(int8().fmrTable(), seen.manifest().fmrTable());
        assertEquals(Map.of("eer", 0.03), seen.manifest().evaluation());
        assertArrayEquals(new long[] {1, 6}, seen.manifest().histograms().genuine());
        assertArrayEquals(
                new float[] {0.5f, -1f}, seen.manifest().golden().get(0).embedding());
        assertEquals(model.sha256(), seen.sha256());
        assertEquals(Precision.INT8, seen.precision());
        assertEquals(manifest().fmrTable(), model.manifest().fmrTable());
        assertArrayEquals(EMBEDDER, model.file(ModelPackage.EMBEDDER));
    }

    @Test
    void aPackageWithoutInt8SaysSo() throws IOException {
        ModelPackage model = PackageArchive.read(zip, ORIGIN);

        assertFalse(model.hasInt8());
        assertEquals(
                "compact/7 holds no int8 embedder",
                assertThrows(IllegalArgumentException.class, () -> model.at(Precision.INT8))
                        .getMessage());
    }

    @Test
    void anInt8EmbedderThatTheManifestSpeaksOfMustBeThere() throws IOException {
        Map<String, byte[]> files = unzip(withInt8());
        files.remove(ModelPackage.EMBEDDER_INT8);

        assertEquals("m.zip: embedder-int8.onnx is missing", refusal(zip(files)));
    }

    @Test
    void int8MayLoseHalfAPoint() {
        assertTrue(int8().withinMargin());
        assertFalse(
                new Int8Facts("", 0.0051, int8().fmrTable(), int8().histograms(), Map.of(), List.of()).withinMargin());
    }

    private byte[] withInt8() throws IOException {
        return PackageArchive.withInt8(PackageArchive.read(zip, ORIGIN), int8(), INT8);
    }

    private static Int8Facts int8() {
        return new Int8Facts(
                "MIN_MAX",
                0.005,
                new FmrTable(List.of(new FmrPoint(0.1, 0.4), new FmrPoint(0.01, 0.8))),
                new ScoreHistograms(new long[] {1, 6}, new long[] {8, 2}),
                Map.of("eer", 0.03),
                List.of(new GoldenVector(new byte[] {9, 8}, new float[] {0.5f, -1f})));
    }

    @Test
    void moreViewsThanThereAreAreRefused() throws IOException {
        Map<String, byte[]> files = unzip(zip);
        edit(files, json -> json.put("enrolmentViews", 10));

        assertEquals("m.zip: manifest.json can't be read: enrolmentViews must be 1 to 9, was 10", refusal(zip(files)));
    }

    @Test
    void anUnknownFieldIsRefused() throws IOException {
        Map<String, byte[]> files = unzip(zip);
        edit(files, json -> json.put("colour", "red"));

        assertEquals(
                "m.zip: manifest.json can't be read: the field colour isn't known: if a newer release has written it, update this one",
                refusal(zip(files)));
    }

    @Test
    void aFieldThatHoldsSomethingElseIsNamedAsTheFileHasIt() throws IOException {
        Map<String, byte[]> wrongNumber = unzip(zip);
        edit(wrongNumber, json -> ((ObjectNode) json.get("input")).put("width", "wide"));
        Map<String, byte[]> wrongKind = unzip(zip);
        edit(wrongKind, json -> json.put("golden", "none"));

        assertEquals(
                "m.zip: manifest.json can't be read: the field input.width can't be 'wide'", refusal(zip(wrongNumber)));
        assertEquals(
                "m.zip: manifest.json can't be read: the field golden is of another kind than it should be, or lacks something",
                refusal(zip(wrongKind)));
    }

    @Test
    void anAlignedInputWithoutALocatorIsRefused() throws IOException {
        Map<String, byte[]> files =
                unzip(PackageArchive.write(foreign(Manifest.FORMAT_OF_IMPORTED), EMBEDDER, MATCHER, INT8));
        edit(files, json -> json.remove("locator"));

        assertEquals(
                "m.zip: manifest.json can't be read: an input that is aligned needs a locator with a template of key points",
                refusal(zip(files)));
    }

    @Test
    void whatARecordRefusesIsSaidInItsOwnWords() throws IOException {
        Map<String, byte[]> files = unzip(zip);
        edit(files, json -> ((ObjectNode) json.get("input")).put("channels", 2));

        assertEquals("m.zip: manifest.json can't be read: channels must be 1 or 3, was 2", refusal(zip(files)));
    }

    private static Manifest manifest() {
        return manifest(Manifest.FORMAT, new InputSpec(48, 32, 3, true), null, null);
    }

    private static Manifest foreign(int format) {
        return manifest(
                format,
                new InputSpec(
                        112,
                        112,
                        3,
                        false,
                        new Preparation(
                                Preparation.Fit.ALIGN,
                                114,
                                Preparation.Resampling.BILINEAR,
                                Preparation.ColourOrder.BGR,
                                List.of(127.5, 127.5, 127.5),
                                List.of(128.0, 128.0, 128.0),
                                Preparation.Normalisation.L2)),
                new Imported("face.onnx", "ab", 20, 0.99999, null),
                new LocatorSpec(
                        LocatorSpec.Kind.BLAZEFACE,
                        128,
                        128,
                        Preparation.Fit.LETTERBOX,
                        0.5,
                        List.of(
                                new LocatorSpec.TemplatePoint(0, 38.29, 51.7),
                                new LocatorSpec.TemplatePoint(1, 73.53, 51.5)),
                        3.0));
    }

    private static Manifest manifest(
            int format, InputSpec input, @Nullable Imported imported, @Nullable LocatorSpec locator) {
        return new Manifest(
                format,
                "compact",
                "7",
                null,
                "tiny",
                input,
                2,
                5,
                List.of(),
                new FmrTable(List.of(new FmrPoint(0.1, 0.5), new FmrPoint(0.01, 0.9))),
                new ScoreHistograms(new long[] {0, 7}, new long[] {9, 1}),
                Map.of("eer", 0.02),
                List.of(new GoldenVector(new byte[] {9, 8}, new float[] {0.25f, -1f})),
                new TrainingRecord("2024-01-01T00:00:00Z", "ab", 5, Map.of("steps", "10")),
                null,
                null,
                imported,
                locator);
    }

    private static String refusal(byte[] bytes) {
        return assertOneLine(assertThrows(InvalidPackageException.class, () -> PackageArchive.read(bytes, ORIGIN)));
    }

    private static String assertOneLine(InvalidPackageException e) {
        String message = String.valueOf(e.getMessage());
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    /** Returns the JSON pointers of all named fields, but for those of maps, whose names are free. */
    private static List<String> fields(String at, JsonNode node) {
        List<String> paths = new ArrayList<>();
        if (at.equals("/evaluation") || at.equals("/training/settings")) {
            return paths;
        }
        node.properties().forEach(field -> {
            paths.add(at + "/" + field.getKey());
            paths.addAll(fields(at + "/" + field.getKey(), field.getValue()));
        });
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            paths.addAll(fields(at + "/" + i, node.get(i)));
        }
        return paths;
    }

    private static void edit(Map<String, byte[]> files, Consumer<ObjectNode> change) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = (ObjectNode) mapper.readTree(files.get("manifest.json"));
        change.accept(json);
        files.put("manifest.json", mapper.writeValueAsBytes(json));
    }

    private static Map<String, byte[]> unzip(byte[] bytes) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
