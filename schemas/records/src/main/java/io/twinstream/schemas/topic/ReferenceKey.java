package io.twinstream.schemas.topic;

import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.text.Sha256;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Names one enrolled image of one subject. Its ids are kept composed (NFC), whatever form they came in, so that both forms are
 * one reference.
 */
public record ReferenceKey(String subjectId, String referenceId) implements Comparable<ReferenceKey> {
    /** Separates the two ids of a key, and stands in neither. */
    public static final char SLASH = '/';

    private static final int DIGEST_DIGITS = 16;

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

    /**
     * Names a reference after its image, so that the same picture enrolled twice is one reference.
     *
     * @throws IllegalArgumentException if the subject's id breaks the rule for keys
     */
    public static ReferenceKey ofImage(String subjectId, byte[] image) {
        return new ReferenceKey(subjectId, Sha256.of(image).substring(0, DIGEST_DIGITS));
    }

    /** Returns the topic key of a record that may have been stored before there was a rule for ids, with the ids as they are. */
    public static String stored(String subjectId, String referenceId) {
        return subjectId + SLASH + referenceId;
    }

    /** Returns the subject in a topic key as it is stored; null if the text is no such key. */
    public static @Nullable String storedSubject(String key) {
        int slash = key.indexOf(SLASH);
        return slash < 0 ? null : key.substring(0, slash);
    }

    /** Returns the subject that a topic key names, composed; returns the whole text if it is no such key. */
    public static String subject(String key) {
        int slash = key.indexOf(SLASH);
        return Ids.normal(slash < 0 ? key : key.substring(0, slash));
    }

    /**
     * Checks that both ids follow the rule for ids, as they must when an image is enrolled. References that were enrolled
     * before there was the rule can still be named and erased.
     *
     * @throws IllegalArgumentException with one line, if an id breaks the rule
     */
    public void requireIds() {
        Ids.require("subject id", subjectId);
        Ids.require("reference id", referenceId);
    }

    /** Returns the topic key, {@code subjectId/referenceId}. */
    public String name() {
        return stored(subjectId, referenceId);
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
