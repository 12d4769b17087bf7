package io.twinstream.verifier.feed;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.text.ForeignText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A verdict view is a verdict as {@code openapi.yaml} describes it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VerdictView(
        String probe,
        String source,
        TaskKind task,
        Outcome outcome,
        @Nullable UndecidedCause reason,
        boolean outOfDomain,
        @Nullable Double score,
        double threshold,
        List<Candidate> candidates,
        int gallerySize,
        String model,
        int partition,
        long offset,
        long appendedAtMs,
        long decidedAtMs,
        @Nullable Shadow shadow) {
    /** A candidate is a subject that the probe resembles. */
    public record Candidate(String subject, String reference, double score) {}

    /** The shadow is the opinion of the version in the shadow. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Shadow(
            String model,
            Outcome outcome,
            @Nullable Double score,
            double threshold,
            @Nullable String subject) {
        static Shadow of(ShadowOpinion said) {
            return new Shadow(
                    ForeignText.value(said.getModelName() + "/" + said.getModelVersion()),
                    said.getOutcome(),
                    said.getScore(),
                    said.getThreshold(),
                    said.getSubjectId() == null ? null : ForeignText.value(said.getSubjectId()));
        }
    }

    static VerdictView of(Verdict verdict) {
        ShadowOpinion shadow = verdict.getShadow();
        return new VerdictView(
                ForeignText.value(verdict.getProbeId()),
                ForeignText.value(verdict.getSourceId()),
                verdict.getTask(),
                verdict.getOutcome(),
                Undecided.cause(verdict),
                verdict.getOutOfDomain(),
                verdict.getScore(),
                verdict.getThreshold(),
                verdict.getCandidates().stream()
                        .map(each -> new Candidate(
                                ForeignText.value(each.getSubjectId()),
                                ForeignText.value(each.getReferenceId()),
                                each.getScore()))
                        .toList(),
                verdict.getGallerySize(),
                ForeignText.value(verdict.getModelName() + "/" + verdict.getModelVersion()),
                verdict.getProbePartition(),
                verdict.getProbeOffset(),
                verdict.getAppendedAt().toEpochMilli(),
                verdict.getDecidedAt().toEpochMilli(),
                shadow == null ? null : Shadow.of(shadow));
    }
}
