package io.twinstream.deploy.demo;

import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Verdict;

/**
 * Holds a probe with the truth about it.
 *
 * @param mated whether what is asked is so: the pair shows one person, the claim is true, the identified one is enrolled
 * @param subjectId id of the subject that the image shows
 */
record DemoProbe(byte[] image, ProbeRequest.Task task, boolean mated, String subjectId) {

    /** Returns whether the verdict takes the subject for somebody else: a false match, or a false-positive identification. */
    boolean isFalseMatch(Verdict verdict) {
        return !mated && verdict.getOutcome() == Outcome.MATCH;
    }

    /** Returns whether the verdict misses the one who is there. Another one in his place is a miss, too. */
    boolean isFalseNonMatch(Verdict verdict) {
        return mated && (verdict.getOutcome() != Outcome.MATCH || isSomebodyElse(verdict));
    }

    private boolean isSomebodyElse(Verdict verdict) {
        return verdict.getTask() == TaskKind.IDENTIFY
                && !verdict.getCandidates().get(0).getSubjectId().equals(subjectId);
    }
}
