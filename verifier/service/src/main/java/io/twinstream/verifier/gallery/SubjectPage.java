package io.twinstream.verifier.gallery;

import java.util.List;

/**
 * A subject page is a page of the enrolled subjects.
 *
 * @param subjects the subjects in the order of their ids
 * @param total the number of subjects in all
 */
public record SubjectPage(List<EnrolledSubject> subjects, int total) {
    public SubjectPage {
        subjects = List.copyOf(subjects);
    }
}
