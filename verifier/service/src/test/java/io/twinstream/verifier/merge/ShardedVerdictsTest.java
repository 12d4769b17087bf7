package io.twinstream.verifier.merge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.PartialVerdict;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.ShardOpinion;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.UndecidedReason;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.verifier.gallery.Gallery;
import io.twinstream.verifier.lookahead.Probes;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.merge.WaitingProbes.WaitingProbe;
import io.twinstream.verifier.model.ServingModel;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShardedVerdictsTest {
    private final ShardedGallery gallery = new ShardedGallery(3, UnaryOperator.identity());

    @AfterEach
    void close() {
        gallery.close();
    }

    @Test
    void anIdentificationIsThatOfTheWholeGallery() {
        enrolMany(40);

        for (int image = 0; image < 20; image++) {
            assertMergedIsUnsharded(probe(image, new Identify(7)));
        }
    }

    @Test
    void noMoreCandidatesAreMergedThanWereAskedFor() {
        enrolMany(6);

        Verdict verdict = assertMergedIsUnsharded(probe(1, new Identify(4)));

        assertEquals(4, verdict.getCandidates().size());
    }

    @Test
    void equalLogitsRankByName() {
        for (int i = 0; i < 12; i++) {
            gallery.enrol("s" + i, "a", 5);
            gallery.enrol("s" + i, "b", 5);
        }

        Verdict verdict = assertMergedIsUnsharded(probe(5, new Identify(5)));

        assertEquals(
                List.of("s0", "s1", "s10", "s11", "s2"),
                verdict.getCandidates().stream().map(Candidate::getSubjectId).toList());
    }

    @Test
    void scoresThatAreEqualWhereLogitsDifferRankByTheLogits() {
        try (ShardedGallery saturated = new ShardedGallery(3, ShardedVerdictsTest::saturated)) {
            for (int i = 0; i < 12; i++) {
                saturated.enrol("s" + i, "a", 100 - i);
            }

            Verdict verdict = assertMergedIsUnsharded(saturated, probe(95, new Identify(12)));

            assertEquals(1, verdict.getCandidates().get(0).getScore());
            assertEquals(1, verdict.getCandidates().get(1).getScore());
            assertEquals("s5", verdict.getCandidates().get(0).getSubjectId());
        }
    }

    @Test
    void aClaimAndAPairAreThoseOfTheWholeGallery() {
        enrolMany(20);

        for (int image = 0; image < 10; image++) {
            assertMergedIsUnsharded(probe(image, new Claim("s" + image)));
            assertMergedIsUnsharded(probe(image, new Claim("s" + (image + 1))));
            assertMergedIsUnsharded(probe(image, Probes.pairWith(Probes.image(image % 3))));
        }
    }

    @Test
    void anEmptyShardSaysNothingAboutTheOthers() {
        gallery.enrol("ann", "a", 1);

        Verdict verdict = assertMergedIsUnsharded(probe(1, new Identify(3)));

        assertEquals(Outcome.MATCH, verdict.getOutcome());
        assertEquals(1, verdict.getGallerySize());
    }

    @Test
    void onlyAGalleryThatIsEmptyInAllShardsIsUndecided() {
        Verdict verdict = assertMergedIsUnsharded(probe(1, new Identify(3)));

        assertEquals(UndecidedReason.EMPTY_GALLERY, verdict.getReason());
        assertNull(verdict.getScore());
    }

    @Test
    void aClaimOfAnUnknownSubjectIsUndecided() {
        enrolMany(5);

        Verdict verdict = assertMergedIsUnsharded(probe(1, new Claim("nobody")));

        assertEquals(UndecidedReason.UNKNOWN_SUBJECT, verdict.getReason());
        assertEquals(5, verdict.getGallerySize());
    }

    @Test
    void aBrokenImageIsOneDeadLetter() {
        for (int i = 0; i < 5; i++) {
            List<TestRecord<byte[], byte[]>> partials =
                    gallery.partials(Probes.probe("p-1", new byte[] {7}, new Identify(1)));

            assertTrue(partials.isEmpty());
            assertEquals(1, gallery.deadLetters());
        }
    }

    @Test
    void aVerdictWaitsForTheLastShardWhichCanBeSeen() {
        enrolMany(5);
        List<TestRecord<byte[], byte[]>> partials = gallery.partials(probe(1, new Identify(1)));

        gallery.merge(partials.get(2));
        gallery.merge(partials.get(0));

        assertTrue(gallery.verdicts().isEmpty());
        assertEquals(1, gallery.waiting.count());
        assertEquals(Duration.ofMillis(1_234), gallery.waiting.oldest());
        gallery.merge(partials.get(1));
        assertEquals(1, gallery.verdicts().size());
        assertEquals(0, gallery.waiting.count());
        assertEquals(Duration.ZERO, gallery.waiting.oldest());
        assertFalse(gallery.merge
                .<String, byte[]>getKeyValueStore(MergeTopology.WAITING)
                .all()
                .hasNext());
    }

    @Test
    void timesThatNoClockHasEndNoMergingAndNoLookAtWhatWaits() {
        enrolMany(5);
        List<TestRecord<byte[], byte[]>> partials = gallery.partials(probe(1, new Identify(1)));
        Instant distant = Instant.parse("+287000-01-01T00:00:00Z");

        for (TestRecord<byte[], byte[]> each : partials) {
            gallery.merge(new TestRecord<>(each.key(), each.value(), each.headers(), distant));
        }

        assertFalse(gallery.records().get(0).getRecordTime().isAfter(Instant.now()));
        for (long each : new long[] {Long.MIN_VALUE, Long.MAX_VALUE}) {
            WaitingProbes waiting = new WaitingProbes(Clock.systemUTC());
            waiting.of(new TaskId(0, 0)).put("0-0", new WaitingProbe(2, Instant.ofEpochMilli(each)));
            assertEquals(each > 0, waiting.oldest().isNegative());
        }
    }

    @Test
    void aMergedVerdictIsTheEventThatTheWholeGallerysVerdictIs() {
        enrolMany(5);

        List<TestRecord<byte[], byte[]>> partials = gallery.partials(probe(1, new Identify(1)));
        partials.forEach(gallery::merge);

        TestRecord<byte[], byte[]> merged = gallery.records().get(0);
        assertTrue(partials.stream().allMatch(each -> each.headers().lastHeader("ce_id") == null));
        assertEquals("0-0-" + ShardedGallery.APPENDED.toEpochMilli(), header(merged, "ce_id"));
        assertEquals("/t/verifier", header(merged, "ce_source"));
    }

    @Test
    void whatShardsSayTwiceCountsOnce() {
        enrolMany(5);
        List<TestRecord<byte[], byte[]>> first = gallery.partials(probe(1, new Identify(1)));
        List<TestRecord<byte[], byte[]>> second = gallery.partials(probe(2, new Identify(1)));
        first.subList(0, 2).forEach(gallery::merge);

        first.forEach(gallery::merge);
        second.forEach(gallery::merge);
        first.forEach(gallery::merge);
        second.forEach(gallery::merge);

        assertEquals(2, gallery.verdicts().size());
        assertEquals(0, gallery.waiting.count());
    }

    @Test
    void aTopicOfProbesThatIsMadeAnewCountsFromTheBeginningAgain() {
        enrolMany(5);
        gallery.partials(probe(1, new Identify(1)));
        gallery.partials(probe(2, new Identify(1))).forEach(gallery::merge);
        List<TestRecord<byte[], byte[]>> again;
        try (ShardedGallery later = new ShardedGallery(3, UnaryOperator.identity())) {
            again = later.partials(probe(3, new Identify(1))).stream()
                    .map(each -> changed(
                            each,
                            verdict -> Verdict.newBuilder(verdict)
                                    .setAppendedAt(ShardedGallery.APPENDED.plusSeconds(1))
                                    .build()))
                    .toList();
        }

        again.forEach(gallery::merge);

        assertEquals(2, gallery.verdicts().size());
    }

    @Test
    void theShadowSaysWhatItWouldHaveSaidOfTheWholeGallery() {
        enrolMany(20);

        Verdict verdict = assertMergedIsUnsharded(probe(3, new Identify(5)));

        assertEquals(verdict.getScore(), verdict.getShadow().getScore());
        assertEquals("s3", verdict.getShadow().getSubjectId());
        assertEquals(20, verdict.getShadow().getGallerySize());
    }

    @Test
    void anotherNumberOfShardsTakesThePlaceOfThoseThatProbesWaitFor() {
        enrolMany(5);
        gallery.merge(gallery.partials(probe(1, new Identify(1))).get(0));
        try (ShardedGallery two = new ShardedGallery(2, UnaryOperator.identity())) {

            two.partials(probe(1, new Identify(1))).forEach(gallery::merge);

            assertEquals(1, gallery.verdicts().size());
            assertEquals(0, gallery.waiting.count());
        }
    }

    @Test
    void shardsWithDifferentModelsAreADeadLetterAndNoVerdict() {
        enrolMany(5);
        List<TestRecord<byte[], byte[]>> partials = gallery.partials(probe(1, new Identify(1)));
        gallery.merge(partials.get(0));
        gallery.merge(partials.get(1));

        gallery.merge(changed(
                partials.get(2),
                verdict -> Verdict.newBuilder(verdict).setModelSha256("another").build()));

        TestRecord<byte[], byte[]> letter = gallery.unmerged().get(0);
        assertEquals(DeadLetterHeaders.SHARDS_DIFFER, header(letter, DeadLetterHeaders.REASON));
        assertTrue(header(letter, DeadLetterHeaders.MESSAGE)
                .startsWith("shards judged probe 0-0 differently: modelSha256 is "));
        assertTrue(gallery.verdicts().isEmpty());
        assertEquals(0, gallery.waiting.count());
    }

    @Test
    void aPictureThatOneShardCantJudgeIsJudgedByNone() {
        enrolMany(5);
        for (Object task : List.of(new Identify(2), new Claim("s1"), Probes.pairWith(Probes.image(1)))) {
            List<TestRecord<byte[], byte[]>> partials = gallery.partials(probe(1, task));

            gallery.merge(partials.get(0));
            gallery.merge(refusing(partials.get(1), UndecidedCause.OUT_OF_DOMAIN));
            gallery.merge(partials.get(2));

            Verdict verdict = gallery.verdicts().get(0);
            assertEquals(Outcome.UNDECIDED, verdict.getOutcome());
            assertEquals(UndecidedCause.OUT_OF_DOMAIN, verdict.getCause());
            assertTrue(verdict.getOutOfDomain());
            assertNull(verdict.getScore());
            assertEquals(List.of(), verdict.getCandidates());
            assertEquals(5, verdict.getGallerySize());
        }
    }

    @Test
    void whatOneShardCallsBlankIsBlank() {
        enrolMany(5);
        List<TestRecord<byte[], byte[]>> partials = gallery.partials(probe(1, new Identify(2)));

        gallery.merge(refusing(partials.get(0), UndecidedCause.OUT_OF_DOMAIN));
        gallery.merge(refusing(partials.get(1), UndecidedCause.BLANK));
        gallery.merge(refusing(partials.get(2), UndecidedCause.OUT_OF_DOMAIN));

        assertEquals(UndecidedCause.BLANK, gallery.verdicts().get(0).getCause());
    }

    @Test
    void aVerdictsKeyHeadersAndTimeAreThoseOfTheProbe() {
        enrolMany(5);

        gallery.partials(probe(1, new Identify(1))).forEach(partial -> {
            partial.headers().add("trace", new byte[] {7});
            gallery.merge(partial);
        });

        TestRecord<byte[], byte[]> verdict = gallery.records().get(0);
        assertEquals("p-1", new String(verdict.key(), UTF_8));
        assertEquals(ShardedGallery.APPENDED, verdict.getRecordTime());
        assertEquals(7, verdict.headers().lastHeader("trace").value()[0]);
    }

    private void enrolMany(int subjects) {
        for (int i = 0; i < subjects; i++) {
            gallery.enrol("s" + i, "a", i);
        }
    }

    private Verdict assertMergedIsUnsharded(Probe probe) {
        return assertMergedIsUnsharded(gallery, probe);
    }

    private static Verdict assertMergedIsUnsharded(ShardedGallery gallery, Probe probe) {
        Verdict expected = gallery.unsharded(probe);
        gallery.partials(probe).forEach(gallery::merge);
        assertEquals(List.of(expected), gallery.verdicts());
        return expected;
    }

    private static Probe probe(int image, Object task) {
        return Probes.probe("p-" + image, Probes.image(image), task);
    }

    /**
     * Returns the model with a match function whose logits are between 40 and 1,000, so that all scores are 1 in a
     * double.
     */
    private static ServingModel saturated(ServingModel model) {
        float[] weights = new float[model.embedder().embeddingLength()];
        Arrays.fill(weights, -0.1f);
        MatchFunction function = new MatchFunction(weights, 1_000);
        return new ServingModel(
                model.manifest(),
                model.sha256(),
                model.embedder(),
                function,
                model.thresholds(),
                model.impostors(),
                new Gallery(function),
                model.domain(),
                model.regions());
    }

    /** Returns a partial verdict of a shard whose machine or settings find a picture at fault. */
    private static TestRecord<byte[], byte[]> refusing(TestRecord<byte[], byte[]> record, UndecidedCause cause) {
        return changed(
                record,
                verdict -> Undecided.set(Verdict.newBuilder(verdict), cause)
                        .setOutOfDomain(cause == UndecidedCause.OUT_OF_DOMAIN)
                        .build());
    }

    private static TestRecord<byte[], byte[]> changed(
            TestRecord<byte[], byte[]> record, UnaryOperator<Verdict> change) {
        RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);
        PartialVerdict partial = ShardedGallery.decode(record);
        ShardOpinion opinion = partial.getServing();
        Verdict verdict = change.apply(serde.decode(RecordSerde.content(opinion.getVerdict())));
        PartialVerdict other = PartialVerdict.newBuilder(partial)
                .setServing(ShardOpinion.newBuilder(opinion)
                        .setVerdict(ByteBuffer.wrap(serde.encode(verdict)))
                        .setLogits(opinion.getLogits().stream()
                                .limit(verdict.getCandidates().size())
                                .toList())
                        .build())
                .build();
        return new TestRecord<>(
                record.key(),
                RecordSerde.of(PartialVerdict.class).encode(other),
                record.headers(),
                record.getRecordTime());
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
