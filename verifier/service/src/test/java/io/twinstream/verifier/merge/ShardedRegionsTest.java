package io.twinstream.verifier.merge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.PartialVerdict;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.ShardOpinion;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.verifier.inference.LocatedModels;
import io.twinstream.verifier.inference.LocatedModels.Spot;
import io.twinstream.verifier.lookahead.Probes;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.RegionChoice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that shards which judge regions give, merged, what one gallery gives. */
class ShardedRegionsTest {
    private static final int SUBJECTS = 12;

    @ParameterizedTest
    @EnumSource(RegionChoice.class)
    void whatIsMergedIsTheVerdictOfTheWholeGallery(RegionChoice choice) {
        try (ShardedGallery gallery = gallery(choice)) {
            for (int i = 0; i < 8; i++) {
                byte[] scene = scene(i, i + 3, 100 + i);
                for (Object task : List.of(
                        new Identify(1),
                        new Identify(5),
                        new Claim("s" + i),
                        new Claim("s" + (i + 3)),
                        new Claim("nobody"),
                        Probes.pairWith(scene(i + 3)),
                        Probes.pairWith(scene()))) {
                    Verdict verdict = assertMergedIsUnsharded(gallery, Probes.probe("p", scene, task));

                    assertEquals(
                            choice == RegionChoice.ALL ? 3 : 1,
                            verdict.getRegions().size());
                }
            }
        }
    }

    @Test
    void bestOfAllRegionsIsToldAndTheShadowSaysTheSame() {
        try (ShardedGallery gallery = gallery(RegionChoice.ALL)) {
            Verdict verdict = assertMergedIsUnsharded(gallery, Probes.probe("p", scene(100, 4, 7), new Identify(3)));

            assertEquals(Outcome.MATCH, verdict.getOutcome());
            assertEquals(
                    List.of(Outcome.NON_MATCH, Outcome.MATCH, Outcome.MATCH),
                    verdict.getRegions().stream().map(RegionVerdict::getOutcome).toList());
            assertEquals(
                    List.of("s4", "s7"),
                    verdict.getCandidates().stream()
                            .limit(2)
                            .map(Candidate::getSubjectId)
                            .toList());
            assertEquals(verdict.getScore(), verdict.getShadow().getScore());
            assertEquals("s4", verdict.getShadow().getSubjectId());
        }
    }

    @Test
    void sendersRegionsAndEmptyPicturesAreMergedToo() {
        try (ShardedGallery gallery = gallery(RegionChoice.ALL)) {
            Probe given = Probes.with(spot(1, 4).box().written(), Probes.probe("p", scene(2, 4), new Identify(2)));

            assertEquals(1, assertMergedIsUnsharded(gallery, given).getRegions().size());
            Verdict nothing = assertMergedIsUnsharded(
                    gallery, Probes.probe("p", Probes.png(LocatedModels.scene()), new Identify(2)));
            assertEquals(UndecidedCause.NOTHING_FOUND, nothing.getCause());
        }
    }

    @Test
    void aRegionThatOneShardCantJudgeIsJudgedByNoneAndTheOthersStand() {
        try (ShardedGallery gallery = gallery(RegionChoice.ALL)) {
            List<TestRecord<byte[], byte[]>> partials =
                    gallery.partials(Probes.probe("p", scene(4, 7), new Identify(1)));

            gallery.merge(partials.get(0));
            gallery.merge(refusing(partials.get(1), 0));
            gallery.merge(partials.get(2));

            Verdict verdict = gallery.verdicts().get(0);
            assertEquals(
                    UndecidedCause.OUT_OF_DOMAIN, verdict.getRegions().get(0).getCause());
            assertEquals(Outcome.UNDECIDED, verdict.getRegions().get(0).getOutcome());
            assertEquals(Outcome.MATCH, verdict.getOutcome());
            assertEquals("s7", verdict.getCandidates().get(0).getSubjectId());
        }
    }

    @Test
    void aPictureOfWhichEachRegionIsRefusedBySomeShardIsUndecided() {
        try (ShardedGallery gallery = gallery(RegionChoice.ALL)) {
            List<TestRecord<byte[], byte[]>> partials =
                    gallery.partials(Probes.probe("p", scene(4, 7), new Identify(1)));

            gallery.merge(refusing(partials.get(0), 1));
            gallery.merge(refusing(partials.get(1), 0));
            gallery.merge(partials.get(2));

            Verdict verdict = gallery.verdicts().get(0);
            assertEquals(UndecidedCause.OUT_OF_DOMAIN, Undecided.cause(verdict));
            assertEquals(List.of(), verdict.getCandidates());
        }
    }

    @Test
    void aPictureInWhichOneShardFindsNothingIsJudgedByNone() {
        try (ShardedGallery gallery = gallery(RegionChoice.ALL)) {
            List<TestRecord<byte[], byte[]>> partials =
                    gallery.partials(Probes.probe("p", scene(4, 7), new Identify(1)));
            gallery.merge(partials.get(0));
            gallery.merge(partials.get(1));

            gallery.merge(changed(partials.get(2), opinion -> {
                Verdict.Builder nothing =
                        Undecided.set(Verdict.newBuilder(verdict(opinion)), UndecidedCause.NOTHING_FOUND);
                return ShardOpinion.newBuilder(
                                with(opinion, nothing.setRegions(List.of()).build()))
                        .setLogits(List.of())
                        .setRegionLogits(List.of())
                        .build();
            }));

            Verdict verdict = gallery.verdicts().get(0);
            assertEquals(UndecidedCause.NOTHING_FOUND, verdict.getCause());
            assertEquals(List.of(), verdict.getRegions());
        }
    }

    @Test
    void shardsThatJudgeOtherRegionsAreADeadLetterThatNamesTheSetting() {
        try (ShardedGallery all = gallery(RegionChoice.ALL);
                ShardedGallery largest = gallery(RegionChoice.LARGEST)) {
            Probe probe = Probes.probe("p", scene(4, 7), new Identify(1));
            List<TestRecord<byte[], byte[]>> partials = all.partials(probe);
            all.merge(partials.get(0));
            all.merge(partials.get(1));

            all.merge(largest.partials(probe).get(2));

            assertTrue(all.verdicts().isEmpty());
            TestRecord<byte[], byte[]> letter = all.unmerged().get(0);
            assertEquals(DeadLetterHeaders.SHARDS_DIFFER, header(letter, DeadLetterHeaders.REASON));
            assertEquals(
                    "shards found different things in probe 0-0: 2 regions in shard 0 and 1 in shard 2; their verifiers need the same verifier.regions and machines that compute alike",
                    header(letter, DeadLetterHeaders.MESSAGE));
        }
    }

    @Test
    void regionsThatLieElsewhereAreNotMerged() {
        try (ShardedGallery gallery = gallery(RegionChoice.ALL)) {
            List<TestRecord<byte[], byte[]>> partials =
                    gallery.partials(Probes.probe("p", scene(4, 7), new Identify(1)));
            gallery.merge(partials.get(0));
            gallery.merge(partials.get(1));

            gallery.merge(changed(partials.get(2), opinion -> {
                Verdict verdict = verdict(opinion);
                List<RegionVerdict> regions = List.of(
                        verdict.getRegions().get(1), verdict.getRegions().get(0));
                return with(
                        opinion, Verdict.newBuilder(verdict).setRegions(regions).build());
            }));

            assertTrue(gallery.verdicts().isEmpty());
            assertEquals(1, gallery.unmerged().size());
        }
    }

    private static ShardedGallery gallery(RegionChoice choice) {
        ShardedGallery gallery = new ShardedGallery(3, shipped -> {
            shipped.close();
            ServingModel located = ServingModels.byDistance(LocatedModels.boxed(), 10);
            return ServingModels.judging(choice, located);
        });
        for (int subject = 0; subject < SUBJECTS; subject++) {
            gallery.enrol("s" + subject, "a", Probes.png(LocatedModels.scene(spot(1, subject))));
        }
        return gallery;
    }

    /** Returns a picture with a spot for each subject, the first the brightest. */
    private static byte[] scene(int... subjects) {
        List<Spot> spots = new ArrayList<>();
        for (int subject : subjects) {
            spots.add(spot(spots.size(), subject));
        }
        return Probes.png(LocatedModels.scene(spots.toArray(Spot[]::new)));
    }

    private static Spot spot(int number, int subject) {
        return new Spot(1 + 2 * number, 2 + number, subject, 2 - number);
    }

    private static Verdict assertMergedIsUnsharded(ShardedGallery gallery, Probe probe) {
        Verdict expected = gallery.unsharded(probe);
        gallery.partials(probe).forEach(gallery::merge);
        assertEquals(List.of(expected), gallery.verdicts());
        return expected;
    }

    /** Returns a partial verdict of a shard whose machine finds a region at fault. */
    private static TestRecord<byte[], byte[]> refusing(TestRecord<byte[], byte[]> record, int region) {
        return changed(record, opinion -> {
            Verdict verdict = verdict(opinion);
            List<RegionVerdict> regions = new ArrayList<>(verdict.getRegions());
            regions.set(
                    region,
                    new RegionVerdict(
                            regions.get(region).getRegion(),
                            Outcome.UNDECIDED,
                            UndecidedCause.OUT_OF_DOMAIN,
                            null,
                            List.of()));
            List<List<Float>> logits = new ArrayList<>(opinion.getRegionLogits());
            logits.set(region, List.of());
            return ShardOpinion.newBuilder(with(
                            opinion,
                            Verdict.newBuilder(verdict).setRegions(regions).build()))
                    .setRegionLogits(logits)
                    .build();
        });
    }

    private static Verdict verdict(ShardOpinion opinion) {
        return RecordSerde.of(Verdict.class).decode(RecordSerde.content(opinion.getVerdict()));
    }

    private static ShardOpinion with(ShardOpinion opinion, Verdict verdict) {
        return ShardOpinion.newBuilder(opinion)
                .setVerdict(ByteBuffer.wrap(RecordSerde.of(Verdict.class).encode(verdict)))
                .build();
    }

    private static TestRecord<byte[], byte[]> changed(
            TestRecord<byte[], byte[]> record, UnaryOperator<ShardOpinion> change) {
        PartialVerdict partial = ShardedGallery.decode(record);
        PartialVerdict other = PartialVerdict.newBuilder(partial)
                .setServing(change.apply(partial.getServing()))
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
