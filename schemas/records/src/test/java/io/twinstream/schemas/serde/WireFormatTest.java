package io.twinstream.schemas.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.HeldBack;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.ModelState;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.PartialVerdict;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.ShardOpinion;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.record.TrainingRequest;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormatTest {
    private static final Path CURRENT = Path.of("src/main/avro");

    static Stream<String> recordNames() {
        return Samples.BY_NAME.keySet().stream().sorted();
    }

    static Stream<String> schemaFiles() throws IOException {
        try (Stream<Path> files = Files.list(CURRENT)) {
            return files.map(file -> file.getFileName().toString().replace(".avsc", "")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("recordNames")
    void aRecordHasTheBytesThatWereReleased(String name) throws IOException {
        SpecificRecordBase record = Samples.BY_NAME.get(name);

        byte[] bytes = serdeOf(record).encode(record);

        assertEquals(golden(name), HexFormat.of().formatHex(bytes));
    }

    @ParameterizedTest
    @MethodSource("recordNames")
    void theReleasedBytesAreReadAsTheRecord(String name) throws IOException {
        SpecificRecordBase record = Samples.BY_NAME.get(name);

        SpecificRecordBase decoded = serdeOf(record).decode(HexFormat.of().parseHex(golden(name)));

        assertEquals(record, decoded);
    }

    @Test
    void whatAnEarlierReleaseWroteIsReadWithoutTheFieldsThatItDidNotHave() throws IOException {
        Verdict verdict = RecordSerde.of(Verdict.class).decode(HexFormat.of().parseHex(golden("Verdict-1")));
        ModelRelease release =
                RecordSerde.of(ModelRelease.class).decode(HexFormat.of().parseHex(golden("ModelRelease-1")));
        Alarm alarm = RecordSerde.of(Alarm.class).decode(HexFormat.of().parseHex(golden("Alarm-1")));

        assertEquals("p-1", verdict.getProbeId());
        assertNull(verdict.getShadow());
        assertNull(verdict.getTargetFpir());
        assertEquals(Precision.FP32, verdict.getPrecision());
        assertNull(verdict.getCause());
        assertFalse(verdict.getOutOfDomain());
        assertNull(alarm.getAbout());
        assertEquals("letters", release.getName());
        assertNull(release.getSignature());
        ModelRelease signed =
                RecordSerde.of(ModelRelease.class).decode(HexFormat.of().parseHex(golden("ModelRelease-2")));
        assertEquals(2, signed.getSignature().remaining());
        assertNull(signed.getMeasured());
        Train train = (Train) RecordSerde.of(TrainingRequest.class)
                .decode(HexFormat.of().parseHex(golden("TrainingRequest-1")))
                .getAction();
        assertEquals("letters", train.getModelName());
        assertEquals(HeldBack.CLASS, train.getSplit());
        assertEquals(0.2, train.getSplitShare());
        assertFalse(train.getPhotographs());
        assertNull(train.getInput());
    }

    @Test
    void aRequestFromBeforeRefinementsAndTeachersHasNone() throws IOException {
        Train train =
                (Train) decoded(TrainingRequest.class, "TrainingRequest-2").getAction();

        assertEquals(250, train.getEpoch());
        assertNull(train.getSchedule());
        assertNull(train.getMean());
        assertNull(train.getProxies());
        assertNull(train.getBend());
        assertEquals(List.of(), train.getTeachers());
        assertEquals(1, train.getTeacherViews());
    }

    @Test
    void recordsFromBeforeRegionsHaveNone() throws IOException {
        Probe probe = decoded(Probe.class, "Probe-1");
        ShardOpinion opinion = decoded(PartialVerdict.class, "PartialVerdict-1").getServing();

        assertNull(probe.getRegion());
        assertNull(((Pair) probe.getTask()).getRegion());
        assertNull(decoded(Reference.class, "Reference-1").getRegion());
        assertNull(decoded(LabelledImage.class, "LabelledImage-1").getRegion());
        assertEquals(List.of(), decoded(Verdict.class, "Verdict-5").getRegions());
        assertEquals(2, opinion.getLogits().size());
        assertEquals(List.of(), opinion.getRegionLogits());
    }

    @Test
    void aWindowFromBeforeSubjectsHasNone() throws IOException {
        MatchWindow window = decoded(MatchWindow.class, "MatchWindow-1");

        assertEquals(4, window.getVerdicts());
        assertNull(window.getSubjects());
    }

    @Test
    void aStateFromBeforeAddressesHasNone() throws IOException {
        ModelState state = decoded(ModelState.class, "ModelState-1");

        assertEquals("gate-1:8081", state.getInstance());
        assertNull(state.getAddress());
    }

    private static <T extends SpecificRecordBase> T decoded(Class<T> type, String file) throws IOException {
        return RecordSerde.of(type).decode(HexFormat.of().parseHex(golden(file)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Verdict-1.avsc", "Verdict-2.avsc", "Verdict-3.avsc"})
    void whoKnowsAnEarlierSchemaReadsOnWhereAVerdictHasACauseFromAfterIt(String earlier) throws IOException {
        Schema reader = ReleasedSchemas.read(earlier);

        GenericRecord blank = as(reader, undecided(UndecidedCause.BLANK));
        GenericRecord empty = as(reader, undecided(UndecidedCause.EMPTY_GALLERY));

        assertEquals("UNDECIDED", blank.get("outcome").toString());
        assertNull(blank.get("reason"));
        assertNull(blank.get("score"));
        assertEquals("EMPTY_GALLERY", empty.get("reason").toString());
    }

    @Test
    void aCauseThatIsNewerThanTheReaderIsAnOther() throws IOException {
        Verdict verdict = undecided(UndecidedCause.BLANK);
        Schema later = new Schema.Parser().parse(verdict.getSchema().toString().replace("BLANK", "TOO_NEW"));
        BinaryDecoder body = body(verdict);

        Verdict read = new SpecificDatumReader<Verdict>(later, verdict.getSchema()).read(null, body);

        assertEquals(UndecidedCause.OTHER, Undecided.cause(read));
    }

    @Test
    void theReasonOfAVerdictFromBeforeItsCauseIsTheCause() {
        Verdict before = Verdict.newBuilder(undecided(UndecidedCause.UNKNOWN_SUBJECT))
                .setCause(null)
                .build();

        assertEquals(UndecidedCause.UNKNOWN_SUBJECT, Undecided.cause(before));
        assertNull(Undecided.cause((Verdict) Samples.BY_NAME.get("Verdict")));
    }

    private static Verdict undecided(UndecidedCause cause) {
        return Undecided.set(Verdict.newBuilder((Verdict) Samples.BY_NAME.get("Verdict")), cause)
                .build();
    }

    private static GenericRecord as(Schema reader, Verdict verdict) throws IOException {
        return new GenericDatumReader<GenericRecord>(verdict.getSchema(), reader).read(null, body(verdict));
    }

    private static BinaryDecoder body(Verdict verdict) {
        byte[] bytes = RecordSerde.of(Verdict.class).encode(verdict);
        return DecoderFactory.get()
                .binaryDecoder(bytes, SingleObject.HEADER_BYTES, bytes.length - SingleObject.HEADER_BYTES, null);
    }

    @ParameterizedTest
    @MethodSource("schemaFiles")
    void everySchemaIsTheNewestReleasedOne(String name) throws IOException {
        String current = Files.readString(CURRENT.resolve(name + ".avsc"));

        List<String> released = releasesOf(name);

        assertEquals(
                new Schema.Parser().parse(current),
                ReleasedSchemas.read(released.get(released.size() - 1)),
                "a changed schema is released under the next number, in released/index too");
    }

    @ParameterizedTest
    @MethodSource("schemaFiles")
    void everyReleasedSchemaIsReadByTheNewest(String name) throws IOException {
        Schema current = new Schema.Parser().parse(Files.readString(CURRENT.resolve(name + ".avsc")));

        for (String released : releasesOf(name)) {
            assertEquals(
                    SchemaCompatibilityType.COMPATIBLE,
                    SchemaCompatibility.checkReaderWriterCompatibility(current, ReleasedSchemas.read(released))
                            .getType(),
                    released);
        }
    }

    @ParameterizedTest
    @MethodSource("schemaFiles")
    void theNewestSchemaIsReadByEveryReleasedOne(String name) throws IOException {
        Schema current = new Schema.Parser().parse(Files.readString(CURRENT.resolve(name + ".avsc")));

        for (String released : releasesOf(name)) {
            assertEquals(
                    SchemaCompatibilityType.COMPATIBLE,
                    SchemaCompatibility.checkReaderWriterCompatibility(ReleasedSchemas.read(released), current)
                            .getType(),
                    released);
        }
    }

    @Test
    void everyReleasedFileIsInTheIndex() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/io/twinstream/schemas/serde/released"))) {
            List<String> present = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("index"))
                    .sorted()
                    .toList();

            assertEquals(present, ReleasedSchemas.names().stream().sorted().toList());
        }
    }

    @Test
    void theIndexHasEachFingerprintAsItStandsInTheBytes() {
        List<String> lines = ReleasedSchemas.names().stream()
                .map(name -> name + " " + fingerprintInBytes(ReleasedSchemas.read(name)))
                .toList();

        assertEquals(String.join("\n", lines), String.join("\n", ReleasedSchemas.index()));
    }

    private static String fingerprintInBytes(Schema schema) {
        byte[] header = SingleObject.of(SchemaNormalization.parsingFingerprint64(schema), new byte[0], 0);
        return HexFormat.of().formatHex(header, 2, SingleObject.HEADER_BYTES);
    }

    @Test
    void theGeneratedClassesAreOfTheSchemaFiles() throws IOException {
        for (SpecificRecordBase record : Samples.BY_NAME.values()) {
            String file = record.getSchema().getName() + ".avsc";

            Schema written = new Schema.Parser().parse(Files.readString(CURRENT.resolve(file)));

            assertEquals(
                    SchemaNormalization.toParsingForm(written), SchemaNormalization.toParsingForm(record.getSchema()));
        }
    }

    @SuppressWarnings("unchecked")
    private static RecordSerde<SpecificRecordBase> serdeOf(SpecificRecordBase record) {
        return RecordSerde.of((Class<SpecificRecordBase>) record.getClass());
    }

    private static List<String> releasesOf(String name) {
        return ReleasedSchemas.names().stream()
                .filter(file -> file.startsWith(name + "-"))
                .sorted(Comparator.comparingInt(file -> Integer.parseInt(file.replaceAll("\\D", ""))))
                .toList();
    }

    private static String golden(String name) throws IOException {
        try (InputStream file = WireFormatTest.class.getResourceAsStream(name + ".hex")) {
            return new String(Objects.requireNonNull(file, name + ".hex").readAllBytes(), StandardCharsets.US_ASCII)
                    .strip();
        }
    }
}
