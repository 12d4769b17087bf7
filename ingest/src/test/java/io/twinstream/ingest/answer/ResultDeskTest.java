package io.twinstream.ingest.answer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.record.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ResultDeskTest {
    /** A wait that no test lives to see the end of. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private final FakeResults results = FakeResults.ready();
    private final ResultDesk desk = results.desk;

    @Test
    void whoWaitsGetsTheVerdictOfItsOwnRecord() {
        ProbeWait wait = desk.expect("p1", LONG);
        wait.sent(0, 5);

        results.judged("p1", Outcome.MATCH, 4);
        assertFalse(wait.answer().isDone());
        results.judged("p1", Outcome.NON_MATCH, 5);

        assertEquals(Outcome.NON_MATCH, outcome(wait.answer()));
    }

    @Test
    void aVerdictMayComeBeforeTheAcknowledgement() {
        ProbeWait wait = desk.expect("p1", LONG);

        results.judged("p1", Outcome.MATCH, 5);
        results.judged("p1", Outcome.UNDECIDED, 6);
        assertFalse(wait.answer().isDone());
        wait.sent(0, 5);

        assertEquals(Outcome.MATCH, outcome(wait.answer()));
    }

    @Test
    void anIdUsedTwiceGetsEachItsOwn() {
        ProbeWait first = desk.expect("p1", LONG);
        ProbeWait second = desk.expect("p1", LONG);
        second.sent(0, 6);
        results.judged("p1", Outcome.MATCH, 5);
        first.sent(0, 5);

        results.rejected("p1", "DAMAGED", 6);

        assertEquals(Outcome.MATCH, outcome(first.answer()));
        assertEquals(
                "DAMAGED",
                assertInstanceOf(ProbeAnswer.Rejected.class, now(second.answer()))
                        .letter()
                        .reason());
        assertEquals(0, waiting());
    }

    @Test
    void whereTheBrokerTellsNoOffsetTheFirstResultOfTheIdIsTaken() {
        ProbeWait wait = desk.expect("p1", LONG);
        wait.sent(0, -1);

        results.judged("p1", Outcome.MATCH, 5);

        assertEquals(Outcome.MATCH, outcome(wait.answer()));
    }

    @Test
    void aDeadLetterOfAnotherTopicIsKnownByItsProbesId() {
        WaitingRoom room = new WaitingRoom(10, 1 << 20);
        ProbeWait wait = room.forRecord("p1");
        wait.sent(0, 5);

        room.arrived(FakeResults.deadLetter("p1", "SHARDS_DIFFER", "test.partial-verdicts", 77));

        assertInstanceOf(ProbeAnswer.Rejected.class, now(wait.answer()));
    }

    @Test
    void aWaitEndsWithItsTime() throws Exception {
        ProbeWait wait = desk.expect("p1", Duration.ofMillis(1));
        wait.sent(0, 5);

        assertEquals(new ProbeAnswer.Outstanding(""), wait.answer().get(20, TimeUnit.SECONDS));
        // The thread that ends a wait lets go of its place after it has told who waits.
        await().until(() -> waiting() == 0);

        results.judged("p1", Outcome.MATCH, 5);
        assertEquals(Outcome.MATCH, outcome(desk.latest("p1", Duration.ZERO)));
    }

    @Test
    void whoAsksLaterGetsTheLatestResultOfTheId() {
        desk.expect("p0", LONG);
        results.judged("p1", Outcome.MATCH, 5);
        results.judged("p1", Outcome.NON_MATCH, 6);

        assertEquals(Outcome.NON_MATCH, outcome(desk.latest("p1", Duration.ZERO)));
        assertEquals(new ProbeAnswer.Outstanding(""), now(desk.latest("p2", Duration.ZERO)));
    }

    @Test
    void whoAsksLaterMayWaitForTheNextResult() {
        CompletableFuture<ProbeAnswer> asked = desk.latest("p1", LONG);
        assertEquals(1, waiting());

        results.judged("p1", Outcome.MATCH, 5);

        assertEquals(Outcome.MATCH, outcome(asked));
        assertEquals(0, waiting());
    }

    @Test
    void nothingIsSaidBeforeTheTopicsWereReadAsTheyStoodAtTheStart() {
        FakeResults starting = FakeResults.starting(10);
        CompletableFuture<ProbeAnswer> asked = starting.desk.latest("p1", Duration.ZERO);
        assertFalse(asked.isDone());
        starting.judged("p1", Outcome.MATCH, 5);

        starting.caughtUp.complete(null);

        assertEquals(Outcome.MATCH, outcome(asked));
    }

    @Test
    void nothingIsReadBeforeSomebodyAsksAndOnlyOnceForAll() {
        assertEquals(0, results.begun.get());

        desk.expect("p1", LONG);
        desk.latest("p2", LONG);

        assertEquals(1, results.begun.get());
    }

    @Test
    void whatIsNoVerdictTakesNoVerdictsPlace() {
        desk.expect("p0", LONG);
        results.judged("p1", Outcome.MATCH, 5);

        results.garbage("p1");

        assertEquals(Outcome.MATCH, outcome(desk.latest("p1", Duration.ZERO)));
    }

    @Test
    void whatIsNoVerdictIsWaitedPast() {
        desk.expect("p0", LONG);
        results.garbage("p1");
        CompletableFuture<ProbeAnswer> asked = desk.latest("p1", LONG);
        results.garbage("p1");
        assertFalse(asked.isDone());

        results.judged("p1", Outcome.MATCH, 5);

        assertEquals(Outcome.MATCH, outcome(asked));
    }

    @Test
    void aVerdictIsOfTheProbeThatItNamesAndNotOfItsKey() {
        desk.expect("p0", LONG);
        results.underKey("p1", "p2", 5);
        assertEquals(new ProbeAnswer.Outstanding(""), now(desk.latest("p1", Duration.ZERO)));
        results.judged("p1", Outcome.NON_MATCH, 6);

        results.underKey("p1", "p2", 7);

        assertEquals(Outcome.NON_MATCH, outcome(desk.latest("p1", Duration.ZERO)));
        // The same id decomposed is no other.
        results.underKey("J\u00f6rg", "Jo\u0308rg", 8);
        assertEquals(Outcome.MATCH, outcome(desk.latest("J\u00f6rg", Duration.ZERO)));
    }

    @Test
    void aLargeVerdictIsToldByItsPlaceAndNotKept() {
        ProbeWait wait = desk.expect("p1", LONG);
        wait.sent(0, 5);
        results.large("p1", 4);
        assertFalse(wait.answer().isDone());

        results.large("p1", 5);

        ProbeAnswer.Outstanding known = assertInstanceOf(ProbeAnswer.Outstanding.class, now(wait.answer()));
        assertTrue(known.tooLarge());
        assertTrue(
                known.why()
                        .endsWith(
                                " answers have at most 524288: read it on the topic verdicts, partition 0, at offset 5"),
                known.why());
        assertEquals(known, now(desk.latest("p1", Duration.ZERO)));
    }

    @Test
    void noMoreThanTheBoundWait() {
        FakeResults two = FakeResults.ready(2);
        ProbeWait first = two.desk.expect("p1", LONG);
        two.desk.latest("p2", LONG);

        ProbeWait third = two.desk.expect("p3", LONG);

        assertEquals(
                new ProbeAnswer.Outstanding("2 callers wait for verdicts already: ask again later"),
                now(third.answer()));
        first.abandon();
        assertFalse(two.desk.expect("p3", LONG).answer().isDone());
    }

    @Test
    void noMoreThanAHundredWaitForOneId() {
        FakeResults many = FakeResults.ready(1_000);
        for (int i = 0; i < WaitingRoom.MOST_OF_ID; i++) {
            assertFalse(many.desk.expect("p1", LONG).answer().isDone());
        }

        assertTrue(many.desk.expect("p1", LONG).answer().isDone());
        assertFalse(many.desk.expect("p2", LONG).answer().isDone());
    }

    @Test
    void aProbeThatWasNotSentIsWaitedForNoLonger() {
        ProbeWait wait = desk.expect("p1", LONG);

        wait.abandon();

        assertEquals(0, waiting());
    }

    @Test
    void whereVerdictsCantBeReadTheAnswerSaysWhyAtOnce() {
        results.trouble("the topic test.verdicts is forbidden");

        ProbeAnswer known = now(desk.expect("p1", LONG).answer());

        assertEquals(new ProbeAnswer.Outstanding("the topic test.verdicts is forbidden"), known);
        assertEquals(known, now(desk.latest("p1", LONG)));
        assertEquals(0, waiting());
    }

    @Test
    void whileNoBrokerAnswersTheAnswerSaysSoAndWhatIsKnownIsStillTold() {
        desk.latest("p0", Duration.ZERO);
        results.judged("p1", Outcome.MATCH, 5);
        results.silent("no broker answers since noon");

        assertEquals(new ProbeAnswer.Outstanding("no broker answers since noon"), now(desk.latest("p2", LONG)));
        assertEquals(
                new ProbeAnswer.Outstanding("no broker answers since noon"),
                now(desk.expect("p3", LONG).answer()));
        assertEquals(Outcome.MATCH, outcome(desk.latest("p1", Duration.ZERO)));
        results.silent("");
        assertEquals(new ProbeAnswer.Outstanding(""), now(desk.latest("p2", Duration.ZERO)));
    }

    @Test
    void whileSomePartitionsCantBeReadNobodyIsToldThatNothingHasComeAndTheOthersAreWaitedFor() throws Exception {
        results.gap("verdicts-3 can't be read");
        CompletableFuture<ProbeAnswer> asked = desk.latest("p1", LONG);
        ProbeWait sent = desk.expect("p2", LONG);
        sent.sent(0, 6);

        assertEquals(new ProbeAnswer.Outstanding("verdicts-3 can't be read"), now(desk.latest("p3", Duration.ZERO)));
        assertEquals(
                new ProbeAnswer.Outstanding("verdicts-3 can't be read"),
                desk.latest("p3", Duration.ofMillis(1)).get(20, TimeUnit.SECONDS));
        results.judged("p1", Outcome.MATCH, 5);
        results.judged("p2", Outcome.NON_MATCH, 6);
        assertEquals(Outcome.MATCH, outcome(asked));
        assertEquals(Outcome.NON_MATCH, outcome(sent.answer()));
    }

    @Test
    void whatIsNotReadToItsEndInTimeIsNotSaidToBeMissing() throws Exception {
        FakeResults starting = FakeResults.starting(10);

        ProbeAnswer known = starting.desk.latest("p1", Duration.ZERO).get(20, TimeUnit.SECONDS);

        assertEquals(
                new ProbeAnswer.Outstanding(
                        "verdicts of the time before this service started are still being read: ask again"),
                known);
    }

    @Test
    void aVerdictIsFoundInEitherFormOfItsProbesId() {
        CompletableFuture<ProbeAnswer> asked = desk.latest("Jos\u00e9", LONG);
        results.judged("Jose\u0301", Outcome.MATCH, 5);
        results.rejected("Tu\u0308r", "DAMAGED", 6);

        assertEquals(Outcome.MATCH, outcome(asked));
        assertEquals(Outcome.MATCH, outcome(desk.latest("Jos\u00e9", Duration.ZERO)));
        assertInstanceOf(ProbeAnswer.Rejected.class, now(desk.latest("T\u00fcr", Duration.ZERO)));
    }

    @Test
    void aWaitThatEndsSaysWhatHasGoneWrongMeanwhile() throws Exception {
        ProbeWait wait = desk.expect("p1", Duration.ofMillis(500));

        results.trouble("no broker answers");

        assertEquals(
                new ProbeAnswer.Outstanding("no broker answers"), wait.answer().get(20, TimeUnit.SECONDS));
    }

    @Test
    void allWhoWaitAreAnsweredWhenTheServiceStops() {
        ProbeWait sent = desk.expect("p1", LONG);
        CompletableFuture<ProbeAnswer> asked = desk.latest("p2", LONG);

        desk.endWaits();

        assertEquals(new ProbeAnswer.Outstanding("the service stops: ask again"), now(sent.answer()));
        assertEquals(new ProbeAnswer.Outstanding("the service stops: ask again"), now(asked));
        assertTrue(desk.expect("p3", LONG).answer().isDone());
    }

    @Test
    void nothingIsReadOnceItIsClosed() {
        desk.close();

        assertEquals(
                new ProbeAnswer.Outstanding("the service stops: ask again"),
                now(desk.expect("p1", LONG).answer()));
        assertEquals(0, results.begun.get());
    }

    @Test
    void noResultIsLostBetweenManyThreads() throws Exception {
        FakeResults many = FakeResults.ready(100_000);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<CompletableFuture<ProbeAnswer>> answers = new ArrayList<>();
        many.desk.expect("first", LONG);
        try {
            for (int i = 0; i < 5_000; i++) {
                String id = "p" + i / 2;
                long offset = i;
                ProbeWait wait = many.desk.expect(id, LONG);
                answers.add(wait.answer());
                threads.execute(() -> wait.sent(0, offset));
                threads.execute(() -> many.judged(id, offset % 2 == 0 ? Outcome.MATCH : Outcome.NON_MATCH, offset));
            }
            for (int i = 0; i < answers.size(); i++) {
                ProbeAnswer.Judged judged = assertInstanceOf(
                        ProbeAnswer.Judged.class, answers.get(i).get(20, TimeUnit.SECONDS));
                assertEquals(i, judged.verdict().getProbeOffset());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void waitsAreCountedByTheirAnswers() {
        desk.expect("p1", LONG).sent(0, 5);
        results.judged("p1", Outcome.MATCH, 5);
        desk.expect("p2", LONG).sent(0, 6);
        results.rejected("p2", "DAMAGED", 6);
        now(desk.latest("p3", Duration.ZERO));

        for (String word : List.of("judged", "rejected", "outstanding")) {
            assertEquals(
                    1,
                    results.registry
                            .get(Metric.INGEST_WAITS.id())
                            .tag("result", word)
                            .counter()
                            .count(),
                    word);
        }
        assertEquals(
                2, results.registry.get(Metric.INGEST_ANSWER.id()).summary().count());
    }

    private double waiting() {
        return results.registry.get(Metric.INGEST_WAITING.id()).gauge().value();
    }

    private static ProbeAnswer now(CompletableFuture<ProbeAnswer> answer) {
        return answer.getNow(null);
    }

    private static Outcome outcome(CompletableFuture<ProbeAnswer> answer) {
        return assertInstanceOf(ProbeAnswer.Judged.class, now(answer)).verdict().getOutcome();
    }
}
