package io.twinstream.verifier.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.drift.AlarmChange.JudgedWindow;
import io.twinstream.verifier.drift.DomainWatch.DomainState;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainWatchTest {
    private final DomainWatch watch = new DomainWatch();
    private DomainState state = DomainState.FRESH;
    private long startMs = Traffic.FIRST_MS;

    @ParameterizedTest
    @CsvSource({"100, 100, 100", "1, 1, 100", "10, 5, 100", "4, 1, 100"})
    void anAlarmIsRaisedWithinTheFirstHundredProbesOfWhichManyAreOfAnotherKind(int probes, int out, int within) {
        AlarmChange finding = null;
        int seen = 0;
        while (finding == null && seen < within) {
            seen += probes;
            finding = pass(probes, out);
        }

        assertNotNull(finding);
        assertEquals((double) out / probes, finding.observed());
        assertEquals(
                "%d of %d probes are of another kind than compact/1 was trained for: look at what is sent; if it is meant, train or import a model for such pictures, or set verifier.domain=off to judge them all the same"
                        .formatted(seen * out / probes, seen),
                finding.reason());
    }

    @Test
    void aFewAreNoAlarm() {
        assertNull(pass(19, 19));
    }

    @Test
    void whatIsTurnedAwayOfItsOwnKindNeverIs() {
        Random random = new Random(7);
        for (int window = 0; window < 100_000; window++) {
            int out = 0;
            for (int probe = 0; probe < 20; probe++) {
                out += random.nextDouble() < 0.005 ? 1 : 0;
            }
            assertNull(pass(20, out));
        }
    }

    @Test
    void anAlarmIsClearedOnceThePicturesAreOfItsKindAgain() {
        AlarmChange raised = pass(100, 100);
        assertNotNull(raised);
        assertNull(pass(100, 100));
        assertNull(pass(100, 0));

        AlarmChange cleared = pass(100, 0);

        assertNotNull(cleared);
        assertTrue(cleared.clears());
        assertEquals(raised.start(), cleared.start());
        assertEquals(DomainState.FRESH, state);
    }

    @Test
    void whatIsRaisedWhileAWindowFillsIsNotRaisedAgainByIt() {
        JudgedWindow<DomainState> early = watch.early(state, window(40, 40));
        assertNotNull(early.change());

        JudgedWindow<DomainState> complete = watch.judge(early.state(), window(90, 90));

        assertNull(complete.change());
        assertEquals(90, complete.state().out());
        assertEquals(early.change().start(), complete.state().alarm());
        assertNull(watch.early(complete.state(), window(90, 90)).change());
    }

    private AlarmChange pass(int probes, int out) {
        JudgedWindow<DomainState> judged = watch.judge(state, window(probes, out));
        startMs += Traffic.SIZE_MS;
        state = judged.state();
        return judged.change();
    }

    private MatchWindow window(int probes, int out) {
        return MatchWindow.newBuilder(Traffic.window(startMs, probes, 0, List.of()))
                .setNonMatches(probes - out)
                .setUndecided(out == 0 ? Map.of() : Map.of(UndecidedCause.OUT_OF_DOMAIN.name(), (long) out))
                .build();
    }
}
