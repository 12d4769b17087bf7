package io.twinstream.verifier.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.verifier.drift.AlarmChange.JudgedWindow;
import io.twinstream.verifier.drift.ScoreWatch.ScoreState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScoreWatchTest {
    private static final double BOUND = 0.25;
    private static final int SERIES = 40;
    private static final int PEOPLE = 30;

    private final ScoreSpread pairs = ScoreSpread.of(StabilityIndexTest.release(1_000_000));
    private final ScoreWatch watch = new ScoreWatch(BOUND, id -> Optional.of(StabilityIndexTest.release(1_000_000)));
    private final Traffic traffic = new Traffic(1);
    private ScoreState state = ScoreState.FRESH;

    @Test
    void otherScoresRaiseAnAlarmInTheThirdBatchAndTheReleasesClearItInTheThird() {
        for (int i = 0; i < 100; i++) {
            assertNull(next(traffic.scored(200, pairs.mixed(0.3))));
        }
        // Scores of the last windows that are not judged yet, which would come into the next batch.
        state = ScoreState.FRESH;

        assertNull(next(traffic.scored(600, flat())));
        assertNull(next(traffic.scored(600, flat())));
        AlarmChange raised = next(traffic.scored(600, flat()));

        assertNotNull(raised);
        assertTrue(raised.statistic() >= BOUND && raised.observed() > raised.statistic(), raised.toString());
        assertNull(next(traffic.scored(600, flat())));
        assertNull(next(traffic.scored(600, pairs.mixed(0.9))));
        assertNull(next(traffic.scored(600, pairs.mixed(0.9))));
        AlarmChange cleared = next(traffic.scored(600, pairs.mixed(0.9)));
        assertTrue(cleared.clears());
        assertEquals(raised.start(), cleared.start());
        assertEquals(ScoreState.FRESH, state);
    }

    @Test
    void fewScoresAreJudgedTogether() {
        int windows = 0;
        while (next(traffic.scored(9, flat())) == null) {
            windows++;
        }

        int scores = (windows + 1) * 9;
        assertTrue(scores >= 3 * ScoreWatch.BATCH && scores < 3 * (ScoreWatch.BATCH + 9), "scores: " + scores);
    }

    @Test
    void batchesThatAreNotRunningRaiseNothing() {
        for (int i = 0; i < 100; i++) {
            assertNull(next(traffic.scored(600, i % 3 < 2 ? flat() : pairs.mixed(0.5))));
        }
    }

    @Test
    void anotherShareOfGenuineProbesIsNoMatterOfScores() {
        for (int i = 0; i < 200; i++) {
            assertNull(next(traffic.scored(600, pairs.mixed(i % 2))));
        }
    }

    @Test
    void identificationsAreComparedWithTheBestOfAGallery() {
        for (int i = 0; i < 20; i++) {
            MatchWindow window = traffic.scored(600, pairs.bestOf(50).mixed(0.5));
            assertNull(next(MatchWindow.newBuilder(window)
                    .setTask("IDENTIFY")
                    .setGallerySum(50 * window.getVerdicts())
                    .build()));
        }
        assertNull(next(traffic.scored(600, pairs.bestOf(50).mixed(0.5))));
        assertNull(next(traffic.scored(600, pairs.bestOf(50).mixed(0.5))));
        assertNotNull(next(traffic.scored(600, pairs.bestOf(50).mixed(0.5))), "they are none of pairs");
    }

    @Test
    void claimsAreComparedWithTheBestOfAsManyReferencesAsFits() {
        for (int i = 0; i < 20; i++) {
            MatchWindow window = traffic.scored(600, pairs.bestOfOwn(5).mixed(0.5));
            assertNull(next(MatchWindow.newBuilder(window).setTask("CLAIM").build()));
        }
    }

    /** Thirty people have scores of the release's spread, but each mostly the same, and they come for a long time. */
    @Test
    void peopleWhoComeAgainAndAgainRaiseNoAlarmAndDidWhereEachScoreWasTakenForAnothers() {
        int counted = 0;
        int taken = 0;
        for (int series = 0; series < SERIES; series++) {
            counted += raises(new Crowd(PEOPLE, pairs.mixed(0.5), series), true) ? 1 : 0;
            taken += raises(new Crowd(PEOPLE, pairs.mixed(0.5), series), false) ? 1 : 0;
        }

        assertTrue(counted <= 1, "alarms: " + counted);
        assertTrue(taken >= SERIES / 8, "alarms where each score is taken for another's: " + taken);
    }

    @Test
    void peopleWhoComeOnceAreJudgedAsBefore() {
        int alarms = 0;
        for (int series = 0; series < SERIES; series++) {
            alarms += raises(new Crowd(1_000_000, pairs.mixed(0.5), series), true) ? 1 : 0;
        }

        assertEquals(0, alarms);
        assertTrue(raises(new Crowd(1_000_000, flat(), 1), true), "other scores are found");
    }

    @Test
    void otherScoresOfManyPeopleWhoComeAgainAreFound() {
        int found = 0;
        for (int series = 0; series < SERIES; series++) {
            found += raises(new Crowd(400, flat(), series), true) ? 1 : 0;
        }

        assertTrue(found >= 0.9 * SERIES, "found: " + found);
    }

    /** Returns whether 6,000 verdicts on a crowd raise an alarm. */
    private boolean raises(Crowd crowd, boolean counting) {
        state = ScoreState.FRESH;
        for (int i = 0; i < 100; i++) {
            MatchWindow window = crowd.window(60);
            MatchWindow seen = counting
                    ? window
                    : MatchWindow.newBuilder(window).setSubjects(null).build();
            if (next(seen) != null) {
                return true;
            }
        }
        return false;
    }

    /** People of whom each has a usual score, and mostly comes with it. */
    private static final class Crowd {
        private static final double USUAL = 0.95;

        private final int people;
        private final double[] spread;
        private final Traffic traffic;
        private final Map<Integer, Integer> usual = new HashMap<>();

        Crowd(int people, double[] spread, long seed) {
            this.people = people;
            this.spread = spread;
            this.traffic = new Traffic(seed);
        }

        MatchWindow window(int verdicts) {
            List<Integer> who = new ArrayList<>();
            List<Integer> bins = new ArrayList<>();
            for (int i = 0; i < verdicts; i++) {
                int person = traffic.random().nextInt(people);
                int own = usual.computeIfAbsent(person, each -> draw());
                who.add(person);
                bins.add(traffic.random().nextDouble() < USUAL ? own : draw());
            }
            return traffic.came(who, bins, spread.length);
        }

        private int draw() {
            double left = traffic.random().nextDouble();
            int bin = 0;
            while (bin < spread.length - 1 && left >= spread[bin]) {
                left -= spread[bin++];
            }
            return bin;
        }
    }

    @Test
    void withoutAReleaseNothingIsJudged() {
        ScoreWatch blind = new ScoreWatch(BOUND, id -> Optional.empty());

        JudgedWindow<ScoreState> judged = blind.judge(state, traffic.scored(600, flat()));

        assertEquals(JudgedWindow.quiet(ScoreState.FRESH), judged);
    }

    private AlarmChange next(MatchWindow window) {
        JudgedWindow<ScoreState> judged = watch.judge(state, window);
        state = judged.state();
        return judged.change();
    }

    private static double[] flat() {
        double[] flat = new double[100];
        Arrays.fill(flat, 0.01);
        return flat;
    }
}
