package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.schemas.kafka.TopicReport;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedReason;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageClass;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.opentest4j.TestAbortedException;

/**
 * Holds what must hold on any Kafka, which each subclass brings. The cases share a verifier and its gallery, not their
 * subjects.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KafkaCases {
    /** Prefixes that the names of all topics begin with. */
    static final List<String> PREFIXES = List.of("cases", "twice");

    private final DrawnCharacters drawings = new DrawnCharacters(7);
    private Kafka kafka;
    private TestAbortedException missing;
    private Services services;

    /** Starts a Kafka, which {@link #stop} closes, or aborts where there can be none. */
    abstract Kafka open() throws Exception;

    @BeforeAll
    void start() throws Exception {
        try {
            kafka = open();
        } catch (TestAbortedException e) {
            // Thrown here it would be reported as no test at all; thrown in each test, as skipped.
            missing = e;
            return;
        }
        services = Services.start(kafka.bootstrapServers(), "cases");
    }

    @BeforeEach
    void requireKafka() {
        if (missing != null) {
            throw missing;
        }
    }

    @AfterAll
    void stop() throws Exception {
        if (services != null) {
            services.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void creatingTopicsAgainChangesNothingAndSaysWhatDiffers() throws Exception {
        List<TopicReport> first = services.createTopics(Map.of("topic.prefix", "twice"));
        List<TopicReport> again = services.createTopics(Map.of("topic.prefix", "twice"));
        List<TopicReport> others = services.createTopics(Map.of("topic.prefix", "twice", "topic.partitions", "2"));

        assertTrue(first.stream().allMatch(TopicReport::created));
        assertTrue(again.stream()
                .noneMatch(report -> report.created() || !report.differences().isEmpty()));
        assertEquals(
                List.of("partitions is 4, declared 2"),
                others.stream()
                        .filter(report -> report.name().equals("twice.probes"))
                        .findFirst()
                        .orElseThrow()
                        .differences());
    }

    @Test
    void anEnrolledSubjectIsIdentifiedAndVerifiedAndAnotherIsNot() throws Exception {
        services.enrol("alice", drawings.png(0, 0));
        services.enrol("bob", drawings.png(1, 0));

        Verdict identified = services.identify(drawings.png(0, 0));
        Verdict claimed = services.claim("alice", drawings.png(0, 0));
        Verdict falseClaim = services.claim("bob", drawings.png(0, 0));

        assertEquals(TaskKind.IDENTIFY, identified.getTask());
        assertEquals("alice", identified.getCandidates().get(0).getSubjectId());
        assertEquals(TaskKind.CLAIM, claimed.getTask());
        assertTrue(score(claimed) > score(falseClaim), claimed + " against " + falseClaim);
        assertEquals(Outcome.NON_MATCH, falseClaim.getOutcome());
    }

    @Test
    void aPairIsJudgedWithoutAnybodyEnrolled() throws Exception {
        Verdict same = services.pair(drawings.png(2, 0), drawings.png(2, 0));
        Verdict different = services.pair(drawings.png(2, 0), drawings.png(3, 0));

        assertEquals(TaskKind.PAIR, same.getTask());
        assertTrue(score(same) > score(different), same + " against " + different);
    }

    @Test
    void anErasedSubjectIsSoonUnknown() throws Exception {
        services.enrol("carol", drawings.png(4, 0));
        Verdict before = services.claim("carol", drawings.png(4, 0));

        services.erase("carol");

        assertNotEquals(Outcome.UNDECIDED, before.getOutcome());
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() ->
                        services.claim("carol", drawings.png(4, 0)).getReason() == UndecidedReason.UNKNOWN_SUBJECT);
    }

    @Test
    void whatIsNoProbeGoesToTheDeadLettersAndItsNeighbourIsJudged() throws Exception {
        services.produceRaw("garbage", new byte[] {1, 2, 3});
        Verdict neighbour = services.pair(drawings.png(5, 0), drawings.png(5, 1));

        Map<String, String> headers = services.deadLetter("garbage");
        assertEquals(DeadLetterHeaders.NOT_A_PROBE, headers.get(DeadLetterHeaders.REASON));
        assertEquals("cases.probes", headers.get(DeadLetterHeaders.TOPIC));
        assertEquals(TaskKind.PAIR, neighbour.getTask());
    }

    @Test
    void theWindowsOfEachSizeSumToTheVerdicts() throws Exception {
        for (int i = 0; i < 5; i++) {
            services.pair(drawings.png(2, 0), drawings.png(2 + i, 0));
        }
        services.claim("nobody", drawings.png(2, 0));

        for (Duration size : List.of(Duration.ofSeconds(10), Duration.ofMinutes(5))) {
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                WindowCounts counts = services.windowCounts(size);
                assertEquals(counts.verdicts(), counts.counted(), "size " + size);
            });
        }
    }

    @Test
    void labelledImagesAreTrainedOnByTheirSubjectEachOnce() throws Exception {
        services.label("dora", "gate-1", drawings.png(6, 0));
        services.label("dora", "gate-2", drawings.png(6, 1));
        services.label("dora", "gate-2", drawings.png(6, 1));
        services.label("emil", "gate-1", drawings.png(7, 0));

        Map<String, ImageClass> classes = services.trainingMaterial();

        assertFalse(classes.containsKey("emil"), "one image is no class");
        assertEquals(
                Set.of("gate-1", "gate-2"),
                classes.get("dora").images().stream().map(DecodedImage::drawer).collect(Collectors.toSet()));
        assertEquals(2, classes.get("dora").images().size());
        assertEquals("", classes.get("dora").group());
    }

    @Test
    void aConfirmedVerdictIsTrainingMaterialUntilItIsCorrected() throws Exception {
        services.enrol("gina", drawings.png(8, 0));
        services.label("gina", "gate", drawings.png(8, 1));
        services.label("gina", "gate", drawings.png(8, 2));
        services.label("hugo", "gate", drawings.png(9, 1));
        String probe = services.claim("gina", drawings.png(8, 0)).getProbeId();

        HttpResponse<String> confirmed = services.feedback(probe, "{\"correct\": true}");
        int ginaConfirmed = services.trainingMaterial().get("gina").images().size();
        HttpResponse<String> corrected = services.feedback(probe, "{\"subject\": \"hugo\"}");
        Map<String, ImageClass> afterwards = services.trainingMaterial();

        assertEquals(202, confirmed.statusCode(), confirmed.body());
        assertTrue(confirmed.body().contains("\"origin\":\"confirmed\""), confirmed.body());
        assertTrue(confirmed.body().contains("\"subject\":\"gina\""), confirmed.body());
        assertEquals(3, ginaConfirmed);
        assertTrue(corrected.body().contains("\"origin\":\"corrected\""), corrected.body());
        assertEquals(2, afterwards.get("gina").images().size());
        assertEquals(2, afterwards.get("hugo").images().size());
    }

    @Test
    void anErasedSubjectIsNoTrainingMaterialAndNeitherIsAProbeCorrectedToIt() throws Exception {
        services.enrol("ida", drawings.png(10, 0));
        for (int i = 1; i < 4; i++) {
            services.label("ida", "gate", drawings.png(10, i));
            services.label("jim", "gate", drawings.png(11, i));
        }
        String probe = services.claim("ida", drawings.png(10, 0)).getProbeId();
        services.feedback(probe, "{\"correct\": true}");
        services.feedback(probe, "{\"subject\": \"jim\"}");

        HttpResponse<String> erased = services.eraseLabels("jim");
        Map<String, ImageClass> afterwards = services.trainingMaterial();

        assertEquals(202, erased.statusCode(), erased.body());
        assertTrue(erased.body().contains("\"erased\":4"), erased.body());
        assertFalse(afterwards.containsKey("jim"));
        assertEquals(3, afterwards.get("ida").images().size());
        assertEquals(404, services.eraseLabels("jim").statusCode());
    }

    @Test
    void feedbackThatGivesNoLabelIsRefusedWithTheReasonUnlessItSaysThatTheVerdictIsWrong() throws Exception {
        Verdict pair = services.pair(drawings.png(2, 0), drawings.png(2, 0));

        HttpResponse<String> unknown = services.feedback("no-such-probe", "{\"correct\": true}");
        HttpResponse<String> nobody = services.feedback(pair.getProbeId(), "{\"correct\": true}");
        HttpResponse<String> wrong = services.feedback(pair.getProbeId(), "{\"correct\": false}");

        assertEquals(404, unknown.statusCode());
        assertTrue(unknown.body().contains("no verdict of the probe 'no-such-probe'"), unknown.body());
        assertEquals(409, nobody.statusCode());
        assertTrue(nobody.body().contains("of a PAIR, names nobody"), nobody.body());
        assertEquals(202, wrong.statusCode());
        assertEquals("{\"id\":\"%s\"}".formatted(pair.getProbeId()), wrong.body());
    }

    @Test
    void feedbackThatIsTakenIsCountedByWhatItMakesOfTheVerdict() throws Exception {
        services.enrol("kim", drawings.png(12, 0));
        Verdict match = services.claim("kim", drawings.png(12, 0));
        double confirmed = services.feedbackTaken("confirmed", "match");
        double corrected = services.feedbackTaken("corrected", "match");
        double wrong = services.feedbackTaken("wrong", "match");

        services.feedback(match.getProbeId(), "{\"correct\": true}");
        services.feedback(match.getProbeId(), "{\"subject\": \"kim\"}");
        services.feedback(match.getProbeId(), "{\"subject\": \"lee\"}");
        services.feedback(match.getProbeId(), "{\"correct\": false}");
        services.feedback("no-such-probe", "{\"correct\": false}");

        assertEquals(Outcome.MATCH, match.getOutcome());
        assertEquals(confirmed + 2, services.feedbackTaken("confirmed", "match"));
        assertEquals(corrected + 1, services.feedbackTaken("corrected", "match"));
        assertEquals(wrong + 1, services.feedbackTaken("wrong", "match"));
    }

    @Test
    void feedbackOnAProbeThatIsGoneSaysSo() throws Exception {
        Verdict verdict = services.pair(drawings.png(3, 0), drawings.png(3, 0));
        services.deleteProbesUpTo(verdict);

        HttpResponse<String> gone = services.feedback(verdict.getProbeId(), "{\"subject\": \"ann\"}");

        assertEquals(404, gone.statusCode(), gone.body());
        assertTrue(gone.body().contains("is no longer on its topic"), gone.body());
    }

    private static double score(Verdict verdict) {
        Double score = verdict.getScore();
        assertTrue(score != null, () -> "no score in " + verdict);
        return score;
    }

    /** This is a cluster that a test class has to itself. */
    interface Kafka extends AutoCloseable {
        String bootstrapServers();
    }
}
