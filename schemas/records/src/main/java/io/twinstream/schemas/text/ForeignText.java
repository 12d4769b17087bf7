package io.twinstream.schemas.text;

import org.jspecify.annotations.Nullable;

/**
 * Makes text that somebody else chose safe to be shown to people: on one line, not longer than a bound, and with nothing in it
 * that acts on the screen. Control and format characters, line separators, bidirectional overrides and lone surrogates are
 * escaped as in Java, {@code \n} or {@code \}{@code u202e}. Longer text is cut and ends with its length: {@code abc... (100000
 * characters)}.
 */
public final class ForeignText {
    /** Characters that are shown of a key, an id or a name, as many as our own ids may have. */
    public static final int MOST_OF_VALUE = 200;

    /** Characters that are shown of a message, which may quote a few values. */
    public static final int MOST_OF_LINE = 1_000;

    private ForeignText() {}

    /** Returns a key, an id or a name as it may be shown; {@code null} becomes the text "null". */
    public static String value(@Nullable Object value) {
        return shown(String.valueOf(value), MOST_OF_VALUE);
    }

    /** Returns a message as it may be shown; its line breaks become spaces. */
    public static String line(@Nullable String message) {
        // Text behind the bound isn't shown, so it isn't looked at either.
        String text = String.valueOf(message).strip();
        return text.length() <= 2 * MOST_OF_LINE
                ? shown(text.replaceAll("\\s*\\R\\s*", " "), MOST_OF_LINE)
                : shown(text, MOST_OF_LINE);
    }

    private static String shown(String text, int most) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), most) + 32);
        int at = 0;
        while (at < text.length() && at < most) {
            int point = text.codePointAt(at);
            if (isPlain(point)) {
                shown.appendCodePoint(point);
            } else {
                escape(shown, point);
            }
            at += Character.charCount(point);
        }
        if (at < text.length()) {
            shown.append("... (%d characters)".formatted(text.length()));
        }
        return shown.toString();
    }

    private static boolean isPlain(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static void escape(StringBuilder shown, int point) {
        switch (point) {
            case '\n' -> shown.append("\\n");
            case '\r' -> shown.append("\\r");
            case '\t' -> shown.append("\\t");
            default -> {
                for (char unit : Character.toChars(point)) {
                    shown.append("\\u%04x".formatted((int) unit));
                }
            }
        }
    }
}
