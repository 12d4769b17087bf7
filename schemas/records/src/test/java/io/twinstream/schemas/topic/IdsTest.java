package io.twinstream.schemas.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.text.Normalizer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    private static final String COMPOSED = "Jos\u00e9";
    private static final String DECOMPOSED = "Jose\u0301";

    @Test
    void nothingBeforeTheFirstCombiningCharacterIsEverComposed() {
        for (char first = 0; first < '\u0300'; first++) {
            for (char second = 0; second < '\u0300'; second++) {
                String text = new String(new char[] {first, second});
                assertEquals(text, Normalizer.normalize(text, Normalizer.Form.NFC));
            }
        }
        assertEquals("\u00e9", Ids.normal("e\u0301"));
    }

    @Test
    void composedAndDecomposedAreOneId() {
        assertEquals(COMPOSED, Ids.require("subject id", DECOMPOSED));
        assertEquals(COMPOSED, Ids.require("subject id", COMPOSED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice",
                "Anna Maria O'Neill-\u015awi\u0119tek (2)",
                "100 % #1 ?x=y;z \\ \"q\"",
                "\u738b\u4f1f",
                "\u0639\u0644\u064a",
                "\u05d3\u05d5\u05d3",
                "\u0936\u094d\u0930\u0940",
                "\ud83e\uddd1\ud83c\udffd",
                "\u2764\ufe0f",
                "a\u00a0b\u3000c",
                "\ue000"
            })
    void whatPeopleCanSeeIsTakenAsItIs(String id) {
        assertEquals(id, Ids.require("subject id", id));
    }

    @ParameterizedTest
    @CsvSource({
        "ali\u200bce, 'the subject id has U+200B ZERO WIDTH SPACE at 3: nobody sees it, leave it out'",
        "\u202ealice, 'the subject id has U+202E RIGHT-TO-LEFT OVERRIDE at 0: nobody sees it, leave it out'",
        "\ud83e\uddd1x\ufeff, 'the subject id has U+FEFF ZERO WIDTH NO-BREAK SPACE at 3: nobody sees it, leave it out'",
        "ali\ufffde, 'the subject id has U+FFFD REPLACEMENT CHARACTER at 3: it stands for a character that was lost before, where text was not read as UTF-8'",
        "alice\u00a0, 'the subject id has U+00A0 NO-BREAK SPACE at 5: no id begins or ends with a blank, leave it out'"
    })
    void theRefusalNamesTheCharacterItsPlaceAndTheMend(String id, String message) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Ids.require("subject id", id));

        assertEquals(message, refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a/b",
                ".",
                "..",
                " alice",
                "alice ",
                "\u3000a",
                "a\u2003",
                "a\u1680",
                "\u3164",
                "\u2800a",
                "a\tb",
                "a\nb",
                "a\u0000",
                "a\u0085b",
                "a\u2028b",
                "a\u2029b",
                "a\u200cb",
                "a\u200db",
                "a\u00adb",
                "a\u2066b",
                "\ud83d",
                "\udc00a",
                "a\ud83d b",
                "a\ufffe",
                "a\ufdd0b",
                "\udb40\udc41a"
            })
    void whatNobodySeesAndBlanksAtTheEndsAreRefused(String id) {
        assertThrows(IllegalArgumentException.class, () -> Ids.require("subject id", id));
    }

    @Test
    void theLengthIsThatOfTheComposedForm() {
        String most = "\u1ec7".repeat(200);
        String decomposed = Normalizer.normalize(most, Normalizer.Form.NFD);
        String longer = most + "a";

        assertEquals(600, decomposed.length());
        assertEquals(most, Ids.require("subject id", decomposed));
        assertThrows(IllegalArgumentException.class, () -> Ids.require("subject id", longer));
    }

    @Test
    void lookalikesAreDifferentIds() {
        assertNotEquals(Ids.require("subject id", "\u0430lice"), Ids.require("subject id", "alice"));
        assertNotEquals(Ids.require("subject id", "\uff21lice"), Ids.require("subject id", "Alice"));
    }

    @Test
    void whatWasStoredBeforeTheRuleCanStillBeNamed() {
        assertEquals("alice\u200b", Ids.requireStored("subject id", "alice\u200b"));
        assertEquals("\ufffd", Ids.requireStored("subject id", "\ufffd"));
        assertThrows(IllegalArgumentException.class, () -> Ids.requireStored("subject id", "a/b"));
        assertEquals(Set.of(COMPOSED, DECOMPOSED), Ids.forms(DECOMPOSED));
        assertTrue(Ids.forms("alice").contains("alice"));
    }
}
