package io.twinstream.ingest.publish;

import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.Topics;

/** The rule for ids: 1 to 200 characters, no {@code /}, no control character, no half of a surrogate pair. */
public final class Ids {
    private Ids() {}

    /** Returns the id, or throws {@link InvalidRequestException} with the rule it breaks. */
    public static String check(String what, String id) {
        if (id.isEmpty() || id.length() > Topics.MAX_ID_LENGTH) {
            throw new InvalidRequestException(
                    "a %s has 1 to %d characters, was %d".formatted(what, Topics.MAX_ID_LENGTH, id.length()));
        }
        if (id.indexOf('/') >= 0) {
            throw new InvalidRequestException("a %s holds no '/', was '%s'".formatted(what, ForeignText.value(id)));
        }
        if (id.codePoints().anyMatch(Ids::isUnprintable)) {
            throw new InvalidRequestException("a %s holds no control character".formatted(what));
        }
        return id;
    }

    private static boolean isUnprintable(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
