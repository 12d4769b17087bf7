package io.twinstream.verifier.gallery;

import java.util.Comparator;

/** Names one enrolled image. */
public record ReferenceKey(String subjectId, String referenceId) implements Comparable<ReferenceKey> {
    private static final Comparator<ReferenceKey> ORDER =
            Comparator.comparing(ReferenceKey::subjectId).thenComparing(ReferenceKey::referenceId);

    /**
     * Reads a topic key, {@code subjectId/referenceId}.
     *
     * @throws IllegalArgumentException if there is no slash inside it
     */
    public static ReferenceKey parse(String key) {
        int slash = key.indexOf('/');
        if (slash < 1 || slash == key.length() - 1) {
            throw new IllegalArgumentException("a reference's key is subjectId/referenceId, was '%s'".formatted(key));
        }
        return new ReferenceKey(key.substring(0, slash), key.substring(slash + 1));
    }

    @Override
    public int compareTo(ReferenceKey other) {
        return ORDER.compare(this, other);
    }
}
