package io.twinstream.verifier.gallery;

import java.util.List;

/**
 * A subject that is enrolled.
 *
 * @param references their ids, in order
 */
public record EnrolledSubject(String subject, List<String> references) {
    public EnrolledSubject {
        references = List.copyOf(references);
    }
}
