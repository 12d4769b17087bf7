package io.twinstream.ingest.feedback;

import io.twinstream.ingest.feedback.FeedbackException.FeedbackFault;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.Label;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.Ids;
import java.util.Optional;

/** Makes the label that feedback gives a probe's image. */
final class FeedbackLabel {
    private FeedbackLabel() {}

    /**
     * Returns a label with the subject that the feedback names, or else with the one that the verdict found. Naming the
     * subject that the verdict found confirms the verdict. A claim that is wrongly called no match shows who was claimed; of
     * any other verdict that is called wrong it isn't known whom its probe shows, so there is no label.
     *
     * @throws FeedbackException if the verdict is called right but names nobody, or names an id that breaks the rule for ids
     */
    static Optional<Label> of(Feedback feedback, Verdict verdict, Probe probe) {
        if (feedback.isWrongAlone()) {
            return verdict.getOutcome() == Outcome.NON_MATCH && probe.getTask() instanceof Claim claim
                    ? Optional.of(label(claim.getSubjectId(), LabelOrigin.CORRECTED, probe))
                    : Optional.empty();
        }
        Optional<String> found = found(verdict, probe);
        String subjectId = feedback.subjectId()
                .or(() -> found)
                .orElseThrow(() -> new FeedbackException(
                        FeedbackFault.NOBODY_NAMED,
                        "the verdict of %s, %s of a %s, names nobody that could be confirmed: say {\"subject\": \"...\"}"
                                .formatted(verdict.getProbeId(), verdict.getOutcome(), verdict.getTask())));
        boolean confirms =
                found.map(Ids::normal).filter(Ids.normal(subjectId)::equals).isPresent();
        return Optional.of(label(subjectId, confirms ? LabelOrigin.CONFIRMED : LabelOrigin.CORRECTED, probe));
    }

    private static Label label(String subjectId, LabelOrigin origin, Probe probe) {
        try {
            return new Label(subjectId, probe.getSourceId(), origin, probe.getProbeId());
        } catch (InvalidRequestException e) {
            // The verdict was written before there was a rule for ids.
            throw new FeedbackException(
                    FeedbackFault.NOBODY_NAMED,
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
