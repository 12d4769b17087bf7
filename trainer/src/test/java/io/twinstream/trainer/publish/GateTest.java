package io.twinstream.trainer.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.trainer.publish.Gate.GateDecision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final ModelId SERVING = new ModelId("letters", "1");

    private final Gate gate = new Gate(0.005, 0.02, ImpostorChoice.HARDEST);

    @Test
    void aModelThatIsNoWorseThanTheMarginPasses() {
        GateDecision decision = gate.decide(Impostors.POOLED, measures(0.054, 0.215), measures(0.05, 0.2), SERVING);

        assertTrue(decision.passed());
        assertEquals(
                "passed against letters/1 on the same pairs: EER 0.0540 against 0.0500; "
                        + "FNMR at FMR 0.01 0.2150 against 0.2000",
                decision.line());
    }

    @Test
    void aRefusalSaysByHowMuchWhatIsWorse() {
        GateDecision decision = gate.decide(Impostors.POOLED, measures(0.062, 0.15), measures(0.05, 0.2), SERVING);

        assertFalse(decision.passed());
        assertEquals(
                "refused against letters/1 on the same pairs: EER 0.0620 against 0.0500; "
                        + "FNMR at FMR 0.01 0.1500 against 0.2000: EER is worse by 0.0120, 0.0050 is allowed",
                decision.line());
    }

    @Test
    void aLowerEqualErrorRateDoesNotMakeUpForAHigherFnmr() {
        GateDecision decision = gate.decide(Impostors.POOLED, measures(0.01, 0.25), measures(0.05, 0.2), SERVING);

        assertFalse(decision.passed());
        assertTrue(decision.line().endsWith("FNMR at FMR 0.01 is worse by 0.0500, 0.0200 is allowed"), decision.line());
    }

    @Test
    void atThresholdsOfLookAlikesTheFnmrIsThatAtTheirRate() {
        Map<String, Double> candidate = lookAlike(0.05, 0.2, 0.45);
        Map<String, Double> serving = lookAlike(0.05, 0.2, 0.4);

        GateDecision decision = gate.decide(Impostors.LOOK_ALIKES, candidate, serving, SERVING);

        assertEquals(
                "refused against letters/1 on the same pairs: EER 0.0500 against 0.0500; FNMR at FMR 0.01 among look-alikes 0.4500 against 0.4000: FNMR at FMR 0.01 among look-alikes is worse by 0.0500, 0.0200 is allowed",
                decision.line());
        assertTrue(gate.decide(Impostors.POOLED, candidate, serving, SERVING).passed());
        assertTrue(gate.decide(Impostors.LOOK_ALIKES, candidate, measures(0.05, 0.2), SERVING)
                .passed());
    }

    @Test
    void aThresholdOfLookAlikesThatTheImagesDoNotBearOutIsNamed() {
        GateDecision decision = new GateDecision(
                true,
                "passed",
                Map.of(
                        "fmr@target=0.01.withinGroup", 0.03,
                        "fmr@target=0.01.withinGroup.low", 0.02,
                        "fmr@target=0.01.withinGroup.high", 0.05,
                        "fnmr@target=0.01.withinGroup", 0.4));

        assertEquals(
                List.of(
                        "its threshold for an FMR of 0.01 among look-alikes gives 0.03 on the validation images (95 % interval 0.02 to 0.05) and an FNMR of 0.4: 'twinstream calibrate' sets thresholds on such images"),
                decision.warnings());
    }

    private static Map<String, Double> lookAlike(double eer, double fnmr, double within) {
        return Map.of("eer", eer, "fnmr@fmr=0.01", fnmr, "fnmr@fmr=0.01.withinGroup", within);
    }

    @Test
    void aModelWithoutFiguresIsRefused() {
        assertFalse(gate.decide(Impostors.POOLED, Map.of(), measures(0.05, 0.2), SERVING)
                .passed());
    }

    @Test
    void whatIsMeasuredOfTheCandidateIsKeptWhateverIsDecided() {
        assertEquals(
                measures(0.01, 0.1),
                gate.decide(Impostors.POOLED, measures(0.01, 0.1), measures(0.05, 0.2), SERVING)
                        .measured());
        assertEquals(
                measures(0.9, 0.9),
                gate.decide(Impostors.POOLED, measures(0.9, 0.9), measures(0.05, 0.2), SERVING)
                        .measured());
    }

    @Test
    void whatNobodyMeasuredIsNeverSaidToHavePassed() {
        GateDecision decision = Gate.unmeasured("no validation images were named");

        assertEquals("not compared: no validation images were named", decision.line());
        assertNull(decision.measured());
    }

    @Test
    void aThresholdThatTheImagesDoNotBearOutIsNamed() {
        GateDecision loose = decision(0.04, 0.02, 0.07);
        GateDecision strict = decision(0.0004, 0, 0.002);

        assertEquals(
                List.of(
                        "its threshold for an FMR of 0.01 gives 0.04 on the validation images (95 % interval 0.02 to 0.07) and an FNMR of 0.55: 'twinstream calibrate' sets thresholds on such images"),
                loose.warnings());
        assertTrue(
                strict.warnings().get(0).contains("gives 0.0004"),
                strict.warnings().toString());
        assertEquals(List.of(), decision(0.012, 0.006, 0.02).warnings());
        assertEquals(List.of(), Gate.unmeasured("no images").warnings());
    }

    private static GateDecision decision(double fmr, double low, double high) {
        return new GateDecision(
                true,
                "passed",
                Map.of(
                        "fmr@target=0.01", fmr,
                        "fmr@target=0.01.low", low,
                        "fmr@target=0.01.high", high,
                        "fnmr@target=0.01", 0.55));
    }

    private static Map<String, Double> measures(double eer, double fnmr) {
        return Map.of("eer", eer, "fnmr@fmr=0.01", fnmr);
    }
}
