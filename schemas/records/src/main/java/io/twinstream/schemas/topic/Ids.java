package io.twinstream.schemas.topic;

import io.twinstream.schemas.text.ForeignText;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * This is the rule for ids of subjects, references, sources and probes, the same for every way in. An id has 1 to 200 characters in
 * Unicode's composed form (NFC), no {@code /}, nothing invisible, and no blank at its ends. A decomposed id is composed, so
 * that both forms are one id; any other breach is refused. Ids that merely look alike are different ids.
 *
 * <p>Maintainers: see UAX 15 for the forms, UTS 39 for the characters that are left out. Joiners (U+200C, U+200D) are
 * invisible format characters, too, and people could not tell two ids apart that differ by one.
 */
public final class Ids {
    /**
     * Characters of the longest text that is composed. A reference's key is shorter, although its two ids may be four times as
     * long decomposed.
     */
    private static final int MOST_DECOMPOSED = 10 * Topics.MAX_ID_LENGTH;

    /** The first character that joins the one before it. All characters before this one are composed. */
    private static final char FIRST_COMBINING = '\u0300';

    /** Code points that have width but no ink, and belong to no category of blanks. */
    private static final List<Integer> FILLERS = List.of(0x115f, 0x1160, 0x2800, 0x3164, 0xffa0);

    private Ids() {}

    /**
     * Returns an id, or a key made of ids, in the form in which it is compared, stored and shown. Text that is far too long
     * for an id is returned unchanged.
     */
    public static String normal(String id) {
        return id.length() > MOST_DECOMPOSED || isComposed(id) ? id : Normalizer.normalize(id, Normalizer.Form.NFC);
    }

    /** Returns true if a text has only characters that nothing composes or decomposes, as most ids do: it is asked for each record. */
    private static boolean isComposed(String id) {
        for (int at = 0; at < id.length(); at++) {
            if (id.charAt(at) >= FIRST_COMBINING) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns an id in its composed form.
     *
     * @param what names the kind of id in messages: "subject id"
     * @throws IllegalArgumentException with one line that names the character, if it breaks the rule
     */
    public static String require(String what, String id) {
        String normal = normal(id);
        String fault = fault(what, normal);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
        return normal;
    }

    /**
     * Checks an id under which something may have been stored before there was this rule. Only its length and the separator of
     * keys are checked.
     *
     * @throws IllegalArgumentException if no record can have been stored under it
     */
    public static String requireStored(String what, String id) {
        if (id.isEmpty() || id.length() > MOST_DECOMPOSED || id.indexOf('/') >= 0) {
            throw new IllegalArgumentException(shape(what, id));
        }
        return id;
    }

    /** Returns whether a text has as many characters as an id may have. */
    public static boolean isOfLength(String id) {
        return !id.isEmpty() && id.length() <= Topics.MAX_ID_LENGTH;
    }

    /** Returns the forms in which an id may have been stored: as it is given, composed and decomposed. */
    public static Set<String> forms(String id) {
        Set<String> forms = new LinkedHashSet<>(List.of(id, normal(id)));
        forms.add(Normalizer.normalize(id, Normalizer.Form.NFD));
        return forms;
    }

    /** Returns in one line why a composed id breaks the rule; null if it doesn't. */
    private static @Nullable String fault(String what, String id) {
        if (!isOfLength(id) || id.indexOf('/') >= 0) {
            return shape(what, id);
        }
        if (id.equals(".") || id.equals("..")) {
            return "a %s is no '%s': paths over HTTP leave it out".formatted(what, id);
        }
        for (int at = 0; at < id.length(); at += Character.charCount(id.codePointAt(at))) {
            int point = id.codePointAt(at);
            String mend = mend(point, at == 0 || at + Character.charCount(point) == id.length());
            if (mend != null) {
                return "the %s has %s at %d: %s".formatted(what, name(point), at, mend);
            }
        }
        return null;
    }

    private static String shape(String what, String id) {
        return id.indexOf('/') >= 0
                ? "a %s holds no '/', was '%s'".formatted(what, ForeignText.value(id))
                : "a %s has 1 to %d characters, was %d".formatted(what, Topics.MAX_ID_LENGTH, id.length());
    }

    private static @Nullable String mend(int point, boolean atEnd) {
        if (point == 0xfffd) {
            return "it stands for a character that was lost before, where text was not read as UTF-8";
        }
        if ((point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef)) {
            return "it is no character, leave it out";
        }
        if (atEnd && isBlank(point)) {
            return "no id begins or ends with a blank, leave it out";
        }
        return switch (Character.getType(point)) {
            case Character.SURROGATE -> "it is half a character, where text was cut or not read as UTF-8";
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                "nobody sees it, leave it out";
            default -> null;
        };
    }

    private static boolean isBlank(int point) {
        return Character.isWhitespace(point) || Character.isSpaceChar(point) || FILLERS.contains(point);
    }

    private static String name(int point) {
        String name = Character.getName(point);
        return String.format(Locale.ROOT, "U+%04X%s", point, name == null ? "" : " " + name);
    }
}
