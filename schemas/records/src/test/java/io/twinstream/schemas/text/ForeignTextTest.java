package io.twinstream.schemas.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ForeignTextTest {
    @Test
    void plainTextOfAnyLanguageStaysAsItIs() {
        assertEquals("Müller/ämne 東京 🙂 שלום", ForeignText.value("Müller/ämne 東京 🙂 שלום"));
        assertEquals("null", ForeignText.value(null));
    }

    @Test
    void whatActsOnAScreenIsEscaped() {
        assertEquals(
                "a\\nb\\r\\tc\\u001b[31m\\u202ed\\u2028e\\u0085f\\ud800g\\u2066",
                ForeignText.value("a\nb\r\tc\u001b[31m\u202ed\u2028e\u0085f\ud800g\u2066"));
        assertEquals("\\udb40\\udc41", ForeignText.value(Character.toString(0xE0041)));
    }

    @Test
    void aValueIsCutAtTwoHundredCharactersWithItsLength() {
        String cut = ForeignText.value("x".repeat(100_000));

        assertEquals("x".repeat(200) + "... (100000 characters)", cut);
        assertEquals("x".repeat(200), ForeignText.value("x".repeat(200)));
    }

    @Test
    void noCharacterOfTwoUnitsIsCutApart() {
        assertEquals("x".repeat(199) + "🙂... (203 characters)", ForeignText.value("x".repeat(199) + "🙂🙂"));
    }

    @Test
    void aMessageOfSeveralLinesBecomesOne() {
        assertEquals("first second third", ForeignText.line(" first\n  second\r\nthird\n"));
        String cut = ForeignText.line("y\n".repeat(50_000));
        assertTrue(cut.length() < 2_100 && cut.endsWith("... (99999 characters)"), cut);
    }
}
