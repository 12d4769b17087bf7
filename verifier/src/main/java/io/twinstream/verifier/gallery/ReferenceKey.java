package io.twinstream.verifier.gallery;

import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.Topics;
import java.util.Comparator;

/** Names one enrolled image. */
public record ReferenceKey(String subjectId, String referenceId) implements Comparable<ReferenceKey> {
    static final char SLASH = '/';

    private static final Comparator<ReferenceKey> ORDER =
            Comparator.comparing(ReferenceKey::subjectId).thenComparing(ReferenceKey::referenceId);

    public ReferenceKey {
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
        return slash < 0 ? key : key.substring(0, slash);
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
