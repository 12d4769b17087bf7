package io.twinstream.ingest.publish;

import io.twinstream.schemas.modelpackage.Sha256;

/** Which reference: one image of one subject. Both ids follow the rule for ids. */
public record ReferenceKey(String subjectId, String referenceId) {
    private static final int DIGEST_DIGITS = 16;

    public ReferenceKey {
        Ids.check("subject id", subjectId);
        Ids.check("reference id", referenceId);
    }

    /** The reference named after the image: the same picture enrolled twice is one reference. */
    public static ReferenceKey ofImage(String subjectId, byte[] image) {
        return new ReferenceKey(subjectId, Sha256.of(image).substring(0, DIGEST_DIGITS));
    }

    /** The record's key on the topic: {@code subjectId/referenceId}. */
    @Override
    public String toString() {
        return subjectId + "/" + referenceId;
    }
}
