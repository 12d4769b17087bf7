package io.twinstream.verifier.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.verifier.drift.AlarmChange.AlarmStart;
import io.twinstream.verifier.drift.DomainWatch.DomainState;
import io.twinstream.verifier.drift.RateWatch.RateAlarm;
import io.twinstream.verifier.drift.RateWatch.RateState;
import io.twinstream.verifier.drift.ScoreWatch.ScoreState;
import io.twinstream.verifier.window.SubjectCounts;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesStateTest {
    private final Serde<SeriesState> serde = SeriesState.serde();

    @Test
    void aStateIsReadAsItWasWritten() {
        AlarmStart raised = new AlarmStart(10_000, 20_000);
        SeriesState state = new SeriesState(
                20_000,
                10_000,
                5,
                new RateState(
                        new MatchShare(1, 2),
                        ChangeDetectors.fresh(),
                        new RateAlarm(raised, new MatchShare(3, 4), MatchShare.NONE, 1)),
                new ScoreState(
                        List.of(1L, 0L, 7L),
                        9,
                        90,
                        2,
                        raised,
                        new SubjectCounts(1L << 32, List.of(5L, 5L), List.of(0, 2), List.of(1L, 7L)),
                        Set.of(4_000_000_000L),
                        1L << 32),
                new DomainState(1.5, 20, 30, raised));

        assertEquals(state, read(serde.serializer().serialize("t", state)));
        assertEquals(SeriesState.fresh(7), read(serde.serializer().serialize("t", SeriesState.fresh(7))));
    }

    @Test
    void fieldsOfALaterReleaseAreLeftOut() {
        String written = new String(serde.serializer().serialize("t", SeriesState.fresh(7)), UTF_8);

        assertEquals(SeriesState.fresh(7), read(("{\"later\":[1]," + written.substring(1)).getBytes(UTF_8)));
    }

    @Test
    void aStateOfTheReleaseBeforeKnowsNotWhoCame() {
        String before = new String(serde.serializer().serialize("t", SeriesState.fresh(7)), UTF_8)
                .replaceAll(",\"subjects\":\\{[^}]*}", "")
                .replaceAll(",\"before\":\\[],\"beforeBelow\":0", "");
        assertTrue(!before.contains("before") && !before.contains("subjects"), before);

        ScoreState read = read(before.getBytes(UTF_8)).scores();

        assertNull(read.subjects());
        assertEquals(Set.of(), read.before());
        assertEquals(SubjectCounts.NONE, read.next(0, null).subjects());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"judgedMs\":\"yesterday\"}", "\u0001\u0002"})
    void whatIsNoStateIsAFreshOne(String bytes) {
        assertEquals(SeriesState.fresh(0), read(bytes.getBytes(UTF_8)));
    }

    private SeriesState read(byte[] bytes) {
        return serde.deserializer().deserialize("t", bytes);
    }
}
