package io.twinstream.deploy.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.result.DeadLetterView;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetterTextTest {
    private static final DeadLetterView.Place PLACE = new DeadLetterView.Place("t.probes", 3, 1207);

    @Test
    void aProbesLineNamesItsSourceAndItsId() {
        assertEquals(
                "DAMAGED gate-7 p1: no image (t.probes-3 at 1207)",
                DeadLetterText.line(letter("p1", "gate-7", "p1", PLACE)));
    }

    @Test
    void aKeyMayBeAProbesIdAndIsTakenForNoSource() {
        assertEquals(
                "DAMAGED - -: no image (t.probes-3 at 1207, key p1)",
                DeadLetterText.line(letter(null, null, "p1", PLACE)));
        assertEquals("DAMAGED - -: no image (dead letter 0-5)", DeadLetterText.line(letter(null, null, null, null)));
    }

    private static DeadLetterView letter(
            @Nullable String probe,
            @Nullable String source,
            @Nullable String key,
            DeadLetterView.@Nullable Place record) {
        return new DeadLetterView("DAMAGED", "no image", probe, source, key, record, 0, 5, 0, 9);
    }
}
