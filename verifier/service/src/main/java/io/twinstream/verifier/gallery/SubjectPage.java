package io.twinstream.verifier.gallery;

import java.util.List;

/**
 * A page of the subjects.
 *
 * @param subjects in the order of their ids
 * @param total subjects in all
 */
public record SubjectPage(List<EnrolledSubject> subjects, int total) {
    public SubjectPage {
        subjects = List.copyOf(subjects);
    }
}
