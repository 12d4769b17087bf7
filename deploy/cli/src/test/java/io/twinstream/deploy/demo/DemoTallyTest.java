package io.twinstream.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.testkit.SampleVerdicts;
import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DemoTallyTest {
    private final AtomicLong nanos = new AtomicLong();
    private final DemoTally tally = new DemoTally(nanos::get);

    @Test
    void verdictsAreComparedWithTheTruth() {
        judge("right", mated("alice"), Outcome.MATCH, "alice");
        judge("somebody-else", mated("alice"), Outcome.MATCH, "bob");
        judge("missed", mated("alice"), Outcome.NON_MATCH, "alice");
        judge("stranger-refused", stranger(), Outcome.NON_MATCH, "alice");
        judge("stranger-taken", stranger(), Outcome.MATCH, "alice");

        assertEquals(new DemoCounts(5, 3, 3, 1, 2, 0, 0, 0), tally.total(1).counts());
    }

    @Test
    void whatCantBeJudgedIsCountedByItsCauseAndTakesNobodyForAnother() {
        for (UndecidedCause cause : List.of(UndecidedCause.BLANK, UndecidedCause.OUT_OF_DOMAIN)) {
            tally.sent(cause.name(), stranger());
            tally.verdict(Undecided.set(
                            Verdict.newBuilder(SampleVerdicts.identified(cause.name(), Outcome.MATCH, "alice")), cause)
                    .setOutOfDomain(cause == UndecidedCause.OUT_OF_DOMAIN)
                    .build());
        }

        assertEquals(new DemoCounts(2, 0, 0, 0, 0, 2, 1, 1), tally.total(1).counts());
    }

    @Test
    void nothingIsPraisedThatCouldNotBeJudged() {
        for (DemoProbe probe : List.of(mated("alice"), stranger())) {
            tally.sent("p", probe);
            tally.verdict(SampleVerdicts.undecided("p"));
        }

        assertEquals(new DemoCounts(2, 0, 0, 0, 0, 2, 0, 0), tally.total(1).counts());
        assertEquals(
                List.of(
                        "summary: 2 verdicts in 1 s, half of them within 0 ms, 99 in 100 within 0 ms",
                        "  2 of 2 probes could not be judged, and are in no rate"),
                tally.total(1).summary());
        assertTrue(
                tally.total(1).line().contains("nothing judged yet"),
                tally.total(1).line());
    }

    @Test
    void theSummarySaysWhatItsRatesAreOf() {
        judge("missed", mated("alice"), Outcome.NON_MATCH, "alice");
        judge("right", mated("alice"), Outcome.MATCH, "alice");
        judge("stranger-refused", stranger(), Outcome.NON_MATCH, "alice");

        assertEquals(
                List.of(
                        "  2 probes showed the subject that was asked for: 1 were taken for nobody or for another (false non-matches, FNMR 50.0 %)",
                        "  1 probes showed a stranger or another subject: 0 were taken for a subject all the same (false matches, FMR 0.0 %)"),
                tally.total(1).summary().subList(1, 3));
    }

    @Test
    void latencyRunsFromSendingToTheVerdict() {
        tally.sent("p", mated("alice"));
        nanos.set(TimeUnit.MILLISECONDS.toNanos(80));

        tally.verdict(SampleVerdicts.identified("p", Outcome.MATCH, "alice"));

        assertEquals(80, tally.total(1).p50Millis(), 1);
    }

    @Test
    void whatIsRecentStartsAnewWithEachLook() {
        judge("p", mated("alice"), Outcome.MATCH, "alice");

        assertEquals(2, tally.recent(1, 0.5).perSecond());
        assertEquals(0, tally.recent(1.5, 0.5).perSecond());
        assertEquals(1, tally.total(1.5).counts().verdicts());
    }

    @Test
    void aProbeThatWasNotSentAndAVerdictOnSomebodyElsesProbeDontCount() {
        tally.sent("p", mated("alice"));
        tally.failed("p");
        tally.verdict(SampleVerdicts.identified("of-another", Outcome.MATCH, "alice"));

        assertEquals(0, tally.outstanding());
        assertEquals(DemoCounts.NONE, tally.total(1).counts());
    }

    private void judge(String probeId, DemoProbe probe, Outcome outcome, String candidate) {
        tally.sent(probeId, probe);
        tally.verdict(SampleVerdicts.identified(probeId, outcome, candidate));
    }

    private static DemoProbe mated(String subject) {
        return new DemoProbe(new byte[0], new ProbeRequest.Task.Identify(1), true, subject);
    }

    private static DemoProbe stranger() {
        return new DemoProbe(new byte[0], new ProbeRequest.Task.Identify(1), false, "nobody");
    }
}
