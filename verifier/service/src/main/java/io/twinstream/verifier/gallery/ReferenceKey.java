package io.twinstream.verifier.gallery;

import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.Topics;
import java.util.Comparator;

/** Names one enrolled image. Its ids are composed (NFC), in whatever form they came: both forms are one reference. */
public record ReferenceKey(String subjectId, String referenceId) implements Comparable<ReferenceKey> {
    static final char SLASH = '/';

    private static final Comparator<ReferenceKey> ORDER =
            Comparator.comparing(ReferenceKey::subjectId).thenComparing(ReferenceKey::referenceId);

    public ReferenceKey {
        subjectId = Ids.normal(subjectId);
        referenceId = Ids.normal(referenceId);
        check("subjectId", subjectId);
        check("referenceId", referenceId);
    }

    /**
     * Reads a topic key, {@code subjectId/referenceId}.
     *
     * @throws IllegalArgumentException unless there is one slash inside it
     */
    public static ReferenceKey parse(String key) {
        int slash = key.indexOf(SLASH);
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "a reference's key is subjectId/referenceId, was '%s'".formatted(ForeignText.value(key)));
        }
        return new ReferenceKey(key.substring(0, slash), key.substring(slash + 1));
    }

    /** The subject that a topic key names; of a text that is no such key, all of it. */
    public static String subject(String key) {
        int slash = key.indexOf(SLASH);
        return Ids.normal(slash < 0 ? key : key.substring(0, slash));
    }

    /**
     * Checks that both ids follow the rule for ids, as those of what is enrolled have to; what was enrolled before there was the
     * rule can still be named and erased.
     *
     * @throws IllegalArgumentException with one line, if one doesn't
     */
    public void requireIds() {
        Ids.require("subject id", subjectId);
        Ids.require("reference id", referenceId);
    }

    /** The topic key, {@code subjectId/referenceId}. */
    public String name() {
        return subjectId + SLASH + referenceId;
    }

    private static void check(String what, String id) {
        if (id.isEmpty() || id.length() > Topics.MAX_ID_LENGTH || id.indexOf(SLASH) >= 0) {
            throw new IllegalArgumentException("a %s has 1 to %d characters and no slash, was '%s'"
                    .formatted(what, Topics.MAX_ID_LENGTH, ForeignText.value(id)));
        }
    }

    @Override
    public int compareTo(ReferenceKey other) {
        return ORDER.compare(this, other);
    }
}
