package io.twinstream.verifier.gallery;

import java.util.List;

/**
 * An enrolled subject has at least one reference in the gallery.
 *
 * @param references the ids of the subject's references, in order
 */
public record EnrolledSubject(String subject, List<String> references) {
    public EnrolledSubject {
        references = List.copyOf(references);
    }
}
