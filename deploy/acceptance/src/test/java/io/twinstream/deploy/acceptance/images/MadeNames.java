package io.twinstream.deploy.acceptance.images;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes names as people, phones and other programs write them, each with the id that is meant by it: every script of Unicode,
 * letters composed and decomposed, blanks within and at the ends, what nobody sees, what was lost before, and lookalikes.
 */
final class MadeNames {
    private static final int LETTERS = 3;
    private static final int PAIRS = 90;
    private static final int INVISIBLE = 60;
    private static final String[] LOOKALIKES = {
        "alice",
        "\u0430lice",
        "\uff41lice",
        "al\u0456ce",
        "Alice",
        "\u0391lice",
        "AL1CE",
        "ALlCE",
        "ALICE",
        "\u0131lker",
        "ilker",
        "\u0130lker",
        "Ilker",
        "stra\u00dfe",
        "strasse",
        "\u017ftrasse",
        "o\u0301",
        "\u00f3",
        "\u043e\u0301"
    };
    private static final String[] PEOPLE = {
        "Anna-Maria O'Neill",
        "Jean-Luc, dit \u00ab Le Grand \u00bb",
        "Nguy\u1ec5n Th\u1ecb Minh Khai",
        "\u0110\u1eb7ng",
        "\u738b\u4f1f",
        "\u674e\u5a1c",
        "\u5f20\u654f",
        "\u5c71\u7530 \u592a\u90ce",
        "\uae40\ubbfc\uc218",
        "\u0639\u0644\u064a \u062d\u0633\u0646",
        "\u05d3\u05bc\u05b8\u05d5\u05b4\u05d3",
        "\u0915\u093e\u091c\u0932",
        "\ud83e\uddd1\ud83c\udffd",
        "\u2764\ufe0f",
        "100 % #1",
        "a+b=c&d;e?f",
        "C:\\new\\table",
        "%41%2e",
        "~tilde",
        "\"quoted\"",
        "<b>bold</b>".replace('/', '|'),
        "semi;colon",
        "2023",
        "-rf",
        "*",
        "$HOME",
        "`id`",
        "{a,b}",
        "[x]",
        "a:b",
        "a|b",
        "\u20ac"
    };

    /** Holds the name as it is written, and the id that is meant, which is null where nobody can mean it. */
    record Made(String name, String id) {
        boolean isMeant() {
            return id != null;
        }
    }

    private MadeNames() {}

    /** Returns all names, none twice, in an order that stays. */
    static List<Made> all() {
        Map<String, Made> made = new LinkedHashMap<>();
        Stream.of(PEOPLE, LOOKALIKES).flatMap(Stream::of).forEach(name -> meant(made, name));
        for (UnicodeScript script : UnicodeScript.values()) {
            meant(made, letters(script));
        }
        List<String> composed =
                points(point -> Character.isLetter(point) && !decomposed(point).equals(composed(point)));
        for (int i = 0; i < PAIRS; i++) {
            String letter = composed.get(i * composed.size() / PAIRS);
            meant(made, "x" + letter);
            meant(made, "x" + Normalizer.normalize(letter, Normalizer.Form.NFD));
        }
        List<String> blanks = points(Character::isSpaceChar);
        for (String blank : blanks) {
            boolean ends = blank.equals("\u2028") || blank.equals("\u2029");
            if (ends) {
                refused(made, "a" + blank + "b");
            } else {
                meant(made, "a" + blank + "b");
            }
            refused(made, blank + "ab");
            refused(made, "ab" + blank);
        }
        List<String> invisible = points(point -> Character.getType(point) == Character.FORMAT);
        for (int i = 0; i < INVISIBLE; i++) {
            refused(made, "ali" + invisible.get(i * invisible.size() / INVISIBLE) + "ce");
        }
        for (String mark : List.of(
                "\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2069", "\u200e", "\u200f", "\u061c")) {
            refused(made, mark + "alice");
            refused(made, "\u0639\u0644\u064a" + mark);
        }
        IntStream.of(1, 7, 9, 10, 13, 27, 127, 0x85, 0x9b)
                .forEach(control -> refused(made, "a" + Character.toString(control) + "b"));
        Stream.of("\ufffd", "\ufffd\ufffd", "Jos\ufffd", "\ufffdlice").forEach(name -> refused(made, name));
        return List.copyOf(made.values());
    }

    private static void meant(Map<String, Made> made, String name) {
        if (!name.isEmpty()) {
            made.putIfAbsent(name, new Made(name, Normalizer.normalize(name, Normalizer.Form.NFC)));
        }
    }

    private static void refused(Map<String, Made> made, String name) {
        made.putIfAbsent(name, new Made(name, null));
    }

    /** Returns the first letters of a script. */
    private static String letters(UnicodeScript script) {
        List<String> letters = points(point -> UnicodeScript.of(point) == script && Character.isLetter(point));
        return String.join("", letters.subList(0, Math.min(LETTERS, letters.size())));
    }

    private static String decomposed(int point) {
        return Normalizer.normalize(Character.toString(point), Normalizer.Form.NFD);
    }

    private static String composed(int point) {
        return Normalizer.normalize(Character.toString(point), Normalizer.Form.NFC);
    }

    private static List<String> points(java.util.function.IntPredicate wanted) {
        List<String> points = new ArrayList<>();
        IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
                .filter(point -> Character.isDefined(point) && Character.getType(point) != Character.SURROGATE)
                .filter(wanted)
                .forEach(point -> points.add(Character.toString(point)));
        return points;
    }
}
