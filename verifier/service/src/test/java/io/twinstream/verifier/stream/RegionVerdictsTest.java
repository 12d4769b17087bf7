package io.twinstream.verifier.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.inference.LocatedModels;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.lookahead.PreparedProbe.Embedded;
import io.twinstream.verifier.lookahead.PreparedProbe.EmbeddedRegion;
import io.twinstream.verifier.lookahead.Probes;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.standstill.ProbePlace;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the verdict on pictures of which regions are judged; an embedding is one number that stands for a subject. */
class RegionVerdictsTest {
    private static final float ANN = 0.1f;
    private static final float BOB = 0.3f;
    private static final float NOBODY = 0.8f;

    private final ServingModel model = ServingModels.byDistance(LocatedModels.whole(), 40);
    private final Judge judge = new Judge(Clock.systemUTC());

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void aPictureIsAMatchIfOneOfItsRegionsIsAndItsCandidatesAreTheBestOfAll() {
        enrol();

        Verdict verdict = verdict(new Identify(2), region(NOBODY), region(BOB + 0.001f), region(ANN));

        assertEquals(Outcome.MATCH, verdict.getOutcome());
        assertEquals(List.of("ann", "bob"), subjects(verdict.getCandidates()));
        assertEquals(
                List.of(Outcome.NON_MATCH, Outcome.MATCH, Outcome.MATCH),
                verdict.getRegions().stream().map(RegionVerdict::getOutcome).toList());
        assertEquals(
                List.of(List.of("bob", "ann"), List.of("bob", "ann"), List.of("ann", "bob")),
                verdict.getRegions().stream()
                        .map(each -> subjects(each.getCandidates()))
                        .toList());
        assertEquals(verdict.getRegions().get(2).getScore(), verdict.getScore());
        assertEquals(
                verdict.getRegions().get(1).getScore(),
                verdict.getCandidates().get(1).getScore());
        for (RegionVerdict each : verdict.getRegions()) {
            assertEquals(each.getCandidates().get(0).getScore(), each.getScore());
            assertNull(each.getCause());
        }
        assertEquals(2, verdict.getGallerySize());
    }

    @Test
    void aPictureHasNoMoreCandidatesThanWereAskedForHoweverManyRegionsItHas() {
        enrol();

        Verdict verdict = verdict(new Identify(1), region(ANN), region(BOB));

        assertEquals(1, verdict.getCandidates().size());
        assertEquals(List.of("ann"), subjects(verdict.getRegions().get(0).getCandidates()));
        assertEquals(List.of("bob"), subjects(verdict.getRegions().get(1).getCandidates()));
    }

    @Test
    void aSubjectThatTwoRegionsResembleIsNamedOnce() {
        enrol();

        Verdict verdict = verdict(new Identify(5), region(ANN + 0.001f), region(ANN));

        assertEquals(List.of("ann", "bob"), subjects(verdict.getCandidates()));
        assertEquals(verdict.getRegions().get(1).getScore(), verdict.getScore());
    }

    @Test
    void aClaimAsksWhetherTheSubjectIsInThePicture() {
        enrol();

        Verdict there = verdict(new Claim("bob"), region(ANN), region(NOBODY), region(BOB));
        Verdict missing = verdict(new Claim("bob"), region(ANN), region(NOBODY));

        assertEquals(Outcome.MATCH, there.getOutcome());
        assertEquals(List.of("bob"), subjects(there.getCandidates()));
        assertEquals(
                List.of(Outcome.NON_MATCH, Outcome.NON_MATCH, Outcome.MATCH),
                there.getRegions().stream().map(RegionVerdict::getOutcome).toList());
        assertEquals(Outcome.NON_MATCH, missing.getOutcome());
        assertEquals(missing.getRegions().get(0).getScore(), missing.getScore());
    }

    @Test
    void aPairAsksWhetherAnyRegionShowsTheSame() {
        Verdict same = verdict(Probes.pairWith(new byte[0]), region(NOBODY), region(BOB));
        Verdict other = verdict(Probes.pairWith(new byte[0]), region(NOBODY), region(ANN));

        assertEquals(Outcome.MATCH, same.getOutcome());
        assertEquals(same.getRegions().get(1).getScore(), same.getScore());
        assertEquals(Outcome.NON_MATCH, same.getRegions().get(0).getOutcome());
        assertEquals(List.of(), same.getRegions().get(1).getCandidates());
        assertEquals(Outcome.NON_MATCH, other.getOutcome());
    }

    @Test
    void oneRegionsVerdictIsThatOfThePicture() {
        enrol();
        for (Object task : List.of(new Identify(2), new Claim("ann"), Probes.pairWith(new byte[0]))) {
            Verdict verdict = verdict(task, region(BOB));

            RegionVerdict region = verdict.getRegions().get(0);
            assertEquals(verdict.getOutcome(), region.getOutcome());
            assertEquals(verdict.getScore(), region.getScore());
            assertEquals(verdict.getCandidates(), region.getCandidates());
            assertEquals(place(0).written(), region.getRegion());
        }
    }

    @Test
    void whoIsNotEnrolledLeavesEveryRegionUndecided() {
        Verdict empty = verdict(new Identify(1), region(ANN), region(BOB));
        enrol();
        Verdict unknown = verdict(new Claim("cid"), region(ANN), region(BOB, UndecidedCause.BLANK));

        assertUndecided(
                empty, UndecidedCause.EMPTY_GALLERY, UndecidedCause.EMPTY_GALLERY, UndecidedCause.EMPTY_GALLERY);
        assertUndecided(unknown, UndecidedCause.UNKNOWN_SUBJECT, UndecidedCause.UNKNOWN_SUBJECT, UndecidedCause.BLANK);
        assertEquals(2, unknown.getGallerySize());
    }

    @Test
    void aRegionThatCantBeJudgedIsUndecidedByItself() {
        enrol();
        for (Object task : List.of(new Identify(2), new Claim("bob"), Probes.pairWith(new byte[0]))) {
            Verdict verdict = verdict(
                    task, region(NOBODY, UndecidedCause.OUT_OF_DOMAIN), region(BOB), region(ANN, UndecidedCause.BLANK));

            assertEquals(Outcome.MATCH, verdict.getOutcome());
            assertFalse(verdict.getOutOfDomain());
            assertEquals(verdict.getRegions().get(1).getScore(), verdict.getScore());
            assertEquals(
                    UndecidedCause.OUT_OF_DOMAIN, verdict.getRegions().get(0).getCause());
            assertNull(verdict.getRegions().get(0).getScore());
            assertEquals(List.of(), verdict.getRegions().get(0).getCandidates());
            assertEquals(UndecidedCause.BLANK, verdict.getRegions().get(2).getCause());
        }
    }

    @Test
    void aPictureIsUndecidedWhereNoneOfItsRegionsCanBeJudged() {
        enrol();
        for (Object task : List.of(new Identify(2), new Claim("bob"), Probes.pairWith(new byte[0]))) {
            Verdict refused =
                    verdict(task, region(BOB, UndecidedCause.BLANK), region(BOB, UndecidedCause.OUT_OF_DOMAIN));

            assertUndecided(refused, UndecidedCause.OUT_OF_DOMAIN, UndecidedCause.BLANK, UndecidedCause.OUT_OF_DOMAIN);
            assertTrue(refused.getOutOfDomain());
        }
    }

    @Test
    void whereOtherKindsAreFlaggedTheyAreJudgedAndThePictureIsMarkedIfAllAreOfOne() {
        enrol();
        EmbeddedRegion out = region(BOB, UndecidedCause.OUT_OF_DOMAIN);

        Verdict all = verdict(DomainRule.FLAG, new Identify(1), region(ANN, UndecidedCause.BLANK), out);
        Verdict some = verdict(DomainRule.FLAG, new Identify(1), region(NOBODY), out);

        assertEquals(List.of("bob"), subjects(all.getCandidates()));
        assertEquals(UndecidedCause.BLANK, all.getRegions().get(0).getCause());
        assertTrue(all.getOutOfDomain());
        assertEquals(Outcome.MATCH, some.getOutcome());
        assertFalse(some.getOutOfDomain());
    }

    private void enrol() {
        model.gallery().put(new ReferenceKey("ann", "1"), embedding(ANN));
        model.gallery().put(new ReferenceKey("bob", "1"), embedding(BOB));
    }

    private static void assertUndecided(Verdict verdict, UndecidedCause cause, UndecidedCause... regions) {
        assertEquals(Outcome.UNDECIDED, verdict.getOutcome());
        assertEquals(cause, Undecided.cause(verdict));
        assertEquals(List.of(), verdict.getCandidates());
        assertEquals(
                List.of(regions),
                verdict.getRegions().stream().map(RegionVerdict::getCause).toList());
        for (RegionVerdict each : verdict.getRegions()) {
            assertEquals(Outcome.UNDECIDED, each.getOutcome());
            assertNull(each.getScore());
        }
    }

    private static List<String> subjects(List<Candidate> candidates) {
        return candidates.stream().map(Candidate::getSubjectId).toList();
    }

    private Verdict verdict(Object task, EmbeddedRegion... regions) {
        return verdict(DomainRule.REFUSE, task, regions);
    }

    private Verdict verdict(DomainRule rule, Object task, EmbeddedRegion... regions) {
        List<EmbeddedRegion> placed = new ArrayList<>();
        for (EmbeddedRegion each : regions) {
            placed.add(new EmbeddedRegion(place(placed.size()), each.embedding(), each.cause()));
        }
        Embedded probe = new Embedded(
                Probes.probe("p-1", new byte[0], task),
                List.of(regions[0].embedding(), embedding(BOB)),
                cause(regions),
                placed);
        return judge.judge(ServingModels.under(rule, model), probe, new ProbePlace(0, 7), Instant.EPOCH);
    }

    /** Returns what a batch says of the picture. */
    private static @Nullable UndecidedCause cause(EmbeddedRegion... regions) {
        List<UndecidedCause> causes = new ArrayList<>();
        for (EmbeddedRegion each : regions) {
            if (each.cause() == null) {
                return null;
            }
            causes.add(each.cause());
        }
        return causes.contains(UndecidedCause.OUT_OF_DOMAIN) ? UndecidedCause.OUT_OF_DOMAIN : causes.get(0);
    }

    private static Region place(int number) {
        return new Region(10 * number, 0, 10 - number, 10, 1, List.of());
    }

    private EmbeddedRegion region(float subject) {
        return region(subject, null);
    }

    private EmbeddedRegion region(float subject, @Nullable UndecidedCause cause) {
        return new EmbeddedRegion(place(0), embedding(subject), cause);
    }

    private float[] embedding(float subject) {
        float[] embedding = new float[model.embedder().embeddingLength()];
        Arrays.fill(embedding, subject);
        return embedding;
    }
}
