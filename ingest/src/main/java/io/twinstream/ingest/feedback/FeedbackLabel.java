package io.twinstream.ingest.feedback;

import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.Label;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.Ids;
import java.util.Optional;

/** The label that feedback gives a probe's image. */
final class FeedbackLabel {
    private FeedbackLabel() {}

    /**
     * Whom the verdict found, if it is right, or else whom the feedback names. To name whom the verdict found is to confirm
     * it.
     *
     * @throws FeedbackException if the verdict is said to be right and names nobody, or one whose id breaks the rule
     */
    static Label of(Feedback feedback, Verdict verdict, Probe probe) {
        Optional<String> found = found(verdict, probe);
        String subjectId = feedback.subjectId()
                .or(() -> found)
                .orElseThrow(() -> new FeedbackException(
                        FeedbackException.Fault.NOBODY_NAMED,
                        "the verdict of %s, %s of a %s, names nobody that could be confirmed: say {\"subject\": \"...\"}"
                                .formatted(verdict.getProbeId(), verdict.getOutcome(), verdict.getTask())));
        boolean confirms =
                found.map(Ids::normal).filter(Ids.normal(subjectId)::equals).isPresent();
        try {
            return new Label(
                    subjectId,
                    probe.getSourceId(),
                    confirms ? LabelOrigin.CONFIRMED : LabelOrigin.CORRECTED,
                    probe.getProbeId());
        } catch (InvalidRequestException e) {
            // The verdict is from before there was the rule for ids.
            throw new FeedbackException(
                    FeedbackException.Fault.NOBODY_NAMED,
                    "%s; enrol the subject under another id, and send the image to /v1/labelled-images"
                            .formatted(e.getMessage()));
        }
    }

    private static Optional<String> found(Verdict verdict, Probe probe) {
        if (verdict.getOutcome() != Outcome.MATCH) {
            return Optional.empty();
        }
        if (probe.getTask() instanceof Claim claim) {
            return Optional.of(claim.getSubjectId());
        }
        return verdict.getCandidates().stream().findFirst().map(best -> best.getSubjectId());
    }
}
