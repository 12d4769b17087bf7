package io.twinstream.ingest.publish;

import io.twinstream.schemas.text.Sha256;
import org.jspecify.annotations.Nullable;

/** Which reference: one image of one subject. Both ids follow the rule for ids. */
public record ReferenceKey(String subjectId, String referenceId) {
    private static final int DIGEST_DIGITS = 16;

    public ReferenceKey {
        subjectId = RequestIds.check("subject id", subjectId);
        referenceId = RequestIds.check("reference id", referenceId);
    }

    /** The reference named after the image: the same picture enrolled twice is one reference. */
    public static ReferenceKey ofImage(String subjectId, byte[] image) {
        return new ReferenceKey(subjectId, Sha256.of(image).substring(0, DIGEST_DIGITS));
    }

    /** Whose the reference of a record's key is; null if it is no such key. */
    static @Nullable String subjectOf(String key) {
        int slash = key.indexOf('/');
        return slash < 0 ? null : key.substring(0, slash);
    }

    /** The record's key on the topic: {@code subjectId/referenceId}. */
    @Override
    public String toString() {
        return name(subjectId, referenceId);
    }

    /** The key of a record that may have been stored before there was a rule for ids. */
    static String name(String subjectId, String referenceId) {
        return subjectId + "/" + referenceId;
    }
}
