package io.twinstream.ingest.feedback;

import io.twinstream.ingest.feedback.FeedbackException.FeedbackFault;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.Label;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.Ids;
import java.util.Comparator;
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

    /**
     * Returns the region of the probe's image that shows the label's subject: the one that came with the probe, or of several
     * that were judged the best match of that subject. It is empty where a model's locator is to find it again, as the only one.
     *
     * @throws FeedbackException if several regions were judged and none is a match of that subject: a label on the whole image
     *     would teach somebody else's face
     */
    static Optional<Region> region(Label label, Verdict verdict, Probe probe) {
        if (probe.getRegion() != null || verdict.getRegions().size() < 2) {
            return Optional.ofNullable(probe.getRegion());
        }
        return Optional.of(verdict.getRegions().stream()
                .filter(each -> each.getOutcome() == Outcome.MATCH && shows(each, label.subjectId()))
                .max(Comparator.comparingDouble(RegionVerdict::getScore))
                .map(RegionVerdict::getRegion)
                .orElseThrow(() -> new FeedbackException(
                        FeedbackFault.NOBODY_NAMED,
                        "%d regions of the probe %s were judged and none matched %s: send its image with the region to /v1/labelled-images"
                                .formatted(verdict.getRegions().size(), verdict.getProbeId(), label.subjectId()))));
    }

    private static boolean shows(RegionVerdict region, String subjectId) {
        return region.getCandidates().stream()
                .limit(1)
                .anyMatch(best -> Ids.normal(best.getSubjectId()).equals(subjectId));
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
