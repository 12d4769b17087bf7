package io.twinstream.verifier.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.verifier.drift.AlarmChange.JudgedWindow;
import io.twinstream.verifier.drift.RateWatch.RateState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateWatchTest {
    private static final double BOUND = 60_480;
    private static final double MARGIN = 0.02;

    private final RateWatch watch = new RateWatch(BOUND, MARGIN);
    private RateState state = RateState.FRESH;

    @ParameterizedTest
    @ValueSource(doubles = {0.02, 0.5, 0.97})
    void pValuesAreUniformAndIndependentWhateverTheShareIs(double share) {
        Random random = new Random(7);
        Traffic traffic = new Traffic(8);
        MatchShare before = new MatchShare(0, 0);
        List<Double> values = new ArrayList<>();
        while (values.size() < 20_000) {
            MatchWindow window = traffic.next(random.nextInt(40) + 1, share);
            MatchShare now = new MatchShare(window.getMatches(), window.getVerdicts());
            if (before.decided() > 0) {
                values.add(now.among(before).low(random.nextDouble()));
            }
            before = before.plus(now);
        }

        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double distance = 0;
        double together = 0;
        for (int i = 0; i < sorted.length; i++) {
            distance = Math.max(distance, Math.abs(sorted[i] - (i + 0.5) / sorted.length));
            together += i == 0 ? 0 : (values.get(i) - 0.5) * (values.get(i - 1) - 0.5) * 12;
        }

        // Kolmogorov's and Smirnov's distance, and the correlation of neighbours, each beyond this once in ten thousand
        // times.
        assertTrue(distance < 2.23 / Math.sqrt(sorted.length), "distance " + distance);
        assertTrue(Math.abs(together / sorted.length) < 3.9 / Math.sqrt(sorted.length), "correlation " + together);
    }

    @Test
    void whereNothingChangesFalseAlarmsAreAtMostAsOftenAsIsSaid() {
        int windows = 400_000;
        double bound = 500;
        RateWatch quick = new RateWatch(bound, 0);
        Random sizes = new Random(1);
        int alarms = 0;
        for (int series = 0; series < 40; series++) {
            Traffic traffic = new Traffic(series);
            state = RateState.FRESH;
            double share = sizes.nextDouble();
            for (int i = 0; i < windows / 40; i++) {
                AlarmChange finding = next(quick, traffic.next(1 + sizes.nextInt(40), share), sizes.nextDouble());
                alarms += finding != null && !finding.clears() ? 1 : 0;
            }
        }

        double said = windows / bound;
        // Three standard deviations of a Poisson count.
        assertTrue(alarms <= said + 3 * Math.sqrt(said), alarms + " alarms, said were " + said);
        assertTrue(alarms > said / 10, "a test that never finds anything keeps no rate: " + alarms);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.05, 20, 3", "0.5, 0.95, 20, 3", "0.05, 0.3, 20, 6", "0.5, 0.3, 20, 40", "0.5, 0.45, 200, 60"})
    void aChangeIsFoundTheSoonerTheGreaterItIs(double before, double after, int verdicts, int within) {
        for (int seed = 0; seed < 20; seed++) {
            Traffic traffic = new Traffic(seed);
            state = RateState.FRESH;
            for (int i = 0; i < 200; i++) {
                assertNull(next(traffic.next(verdicts, before), traffic));
            }

            int windows = 0;
            AlarmChange finding = null;
            while (finding == null) {
                finding = next(traffic.next(verdicts, after), traffic);
                windows++;
            }

            assertTrue(windows <= within, "seed %d: %d windows".formatted(seed, windows));
            assertEquals(before, finding.expected(), 0.1);
            assertTrue(finding.statistic() >= BOUND);
        }
    }

    @Test
    void nothingIsTestedBeforeEnoughIsLearned() {
        Traffic traffic = new Traffic(1);
        for (int i = 0; i < RateWatch.LEARNED; i++) {
            assertNull(next(traffic.next(1, i < 100 ? 0 : 1), traffic));
        }

        assertEquals(new MatchShare(100, 200), state.normal());
        assertEquals(ChangeDetectors.fresh(), state.detectors());
    }

    @Test
    void whatIsNormalIsThatBeforeTheChange() {
        Traffic traffic = new Traffic(2);
        for (int i = 0; i < 15; i++) {
            next(traffic.next(20, 0.5), traffic);
        }
        MatchShare learned = state.normal();

        raise(traffic, 0);

        assertTrue(state.normal().value() > 0.4, "without the changed windows: " + state.normal());
        assertTrue(state.normal().decided() >= RateWatch.LEARNED);
        assertTrue(state.normal().decided() <= learned.decided());
    }

    @Test
    void aSlightChangeIsDatedToo() {
        Traffic traffic = new Traffic(9);
        for (int i = 0; i < 5_000; i++) {
            assertNull(next(traffic.next(20, 0.5), traffic));
        }

        raise(traffic, 0.4);

        assertEquals(100_000, state.normal().decided(), 1_000);
        assertEquals(0.4, state.alarm().drifted().value(), 0.05);
    }

    @Test
    void anAlarmIsClearedOnceSoonAfterTheReturn() {
        for (int seed = 0; seed < 50; seed++) {
            Traffic traffic = learned(seed);
            raise(traffic, 0.9);
            for (int i = 0; i < 100; i++) {
                assertNull(next(traffic.next(20, 0.9), traffic), "while it lasts");
            }

            int windows = 0;
            AlarmChange cleared = null;
            while (cleared == null) {
                cleared = next(traffic.next(20, 0.5), traffic);
                windows++;
            }

            assertTrue(cleared.clears());
            assertTrue(windows >= 8 && windows <= 40, "seed %d: %d windows".formatted(seed, windows));
            assertNull(state.alarm());
            for (int i = 0; i < 200; i++) {
                assertNull(next(traffic.next(20, 0.5), traffic), "it doesn't come again");
            }
        }
    }

    @Test
    void anAlarmIsNotClearedByAChangeToTheOtherSide() {
        Traffic traffic = learned(3);
        raise(traffic, 0.1);

        for (int i = 0; i < 500; i++) {
            assertNull(next(traffic.next(20, 0.8), traffic));
        }
    }

    @Test
    void fewVerdictsClearNothingWhileTheChangeLasts() {
        Traffic traffic = learned(4);
        raise(traffic, 0.3);

        for (int i = 0; i < 5_000; i++) {
            assertNull(next(traffic.next(1, 0.3), traffic));
        }
    }

    @Test
    void aDifferenceBelowTheMarginIsNoAlarmHoweverCertainItIs() {
        Traffic traffic = learned(5);
        for (int i = 0; i < 500; i++) {
            next(traffic.next(5_000, 0.5), traffic);
        }

        for (int i = 0; i < 500; i++) {
            assertNull(next(traffic.next(5_000, 0.512), traffic));
        }

        assertTrue(state.detectors().evidence() > BOUND, "it is certain");
    }

    @Test
    void afterADayWhatWasAChangeIsNormal() {
        Traffic traffic = learned(6);
        raise(traffic, 0.9);
        long windowsOfADay = RateWatch.LONGEST.toMillis() / Traffic.SIZE_MS;

        AlarmChange cleared = null;
        int windows = 0;
        while (cleared == null) {
            cleared = next(traffic.next(20, 0.9), traffic);
            windows++;
        }

        assertEquals(windowsOfADay, windows);
        assertTrue(cleared.reason().contains("normal from now on"), cleared.reason());
        for (int i = 0; i < 500; i++) {
            assertNull(next(traffic.next(20, 0.9), traffic));
        }
    }

    @Test
    void windowsWithoutDecidedVerdictsChangeNothing() {
        Traffic traffic = learned(7);
        RateState before = state;

        assertNull(next(traffic.next(0, 0), traffic));

        assertEquals(before, state);
    }

    @Test
    void betsHaveTheMeanOne() {
        double[] sums = new double[ChangeDetectors.fresh().all().size()];
        int steps = 1_000_000;
        for (int i = 0; i < steps; i++) {
            // One verdict and none before: its p-value is the part itself.
            ChangeDetectors once =
                    ChangeDetectors.fresh().next(new MatchShare(0, 1), MatchShare.NONE, (i + 0.5) / steps);
            for (int each = 0; each < sums.length; each++) {
                sums[each] += once.all().get(each).evidence() / steps;
            }
        }

        // Of the farthest bet half of the mean lies within a part in a million, which the steps leave out.
        for (int each = 0; each < sums.length; each++) {
            assertEquals(1, sums[each], each < 4 ? 1e-4 : each < 6 ? 0.01 : 0.7, "bet " + each);
            assertTrue(sums[each] < 1.0001);
        }
    }

    private Traffic learned(int seed) {
        Traffic traffic = new Traffic(seed);
        for (int i = 0; i < 100; i++) {
            assertNull(next(traffic.next(20, 0.5), traffic));
        }
        return traffic;
    }

    private void raise(Traffic traffic, double share) {
        AlarmChange finding = null;
        while (finding == null) {
            finding = next(traffic.next(20, share), traffic);
        }
        assertNotNull(state.alarm());
        assertEquals(finding.start(), state.alarm().raised());
    }

    private AlarmChange next(MatchWindow window, Traffic traffic) {
        return next(watch, window, traffic.random().nextDouble());
    }

    private AlarmChange next(RateWatch rates, MatchWindow window, double part) {
        JudgedWindow<RateState> judged = rates.judge(state, window, part);
        state = judged.state();
        return judged.change();
    }
}
