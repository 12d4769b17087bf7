package io.twinstream.schemas.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.Ids;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A verdict view is a verdict as {@code openapi.yaml} describes it, with the probe's id in its composed form. */
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
        @Nullable Shadow shadow,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<RegionView> regions) {
    /** A candidate is a subject that the probe resembles. */
    public record Candidate(String subject, String reference, double score) {
        static List<Candidate> of(List<io.twinstream.schemas.record.Candidate> candidates) {
            return candidates.stream()
                    .map(each -> new Candidate(
                            ForeignText.value(each.getSubjectId()),
                            ForeignText.value(each.getReferenceId()),
                            each.getScore()))
                    .toList();
        }
    }

    /**
     * A region view is a part of the probe's picture with what is said of it.
     *
     * @param box x, y, width and height in pixels of the upright picture
     * @param found how sure the region's finder is, 0 to 1
     * @param points x and y of each key point; empty where its finder gave none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RegionView(
            List<Float> box,
            double found,
            List<List<Float>> points,
            Outcome outcome,
            @Nullable UndecidedCause reason,
            @Nullable Double score,
            List<Candidate> candidates) {
        static RegionView of(RegionVerdict said) {
            Region region = said.getRegion();
            return new RegionView(
                    List.of(region.getX(), region.getY(), region.getWidth(), region.getHeight()),
                    region.getScore(),
                    region.getPoints().stream()
                            .map(point -> List.of(point.getX(), point.getY()))
                            .toList(),
                    said.getOutcome(),
                    said.getCause(),
                    said.getScore(),
                    Candidate.of(said.getCandidates()));
        }
    }

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

    public static VerdictView of(Verdict verdict) {
        ShadowOpinion shadow = verdict.getShadow();
        return new VerdictView(
                ForeignText.value(Ids.normal(verdict.getProbeId())),
                ForeignText.value(verdict.getSourceId()),
                verdict.getTask(),
                verdict.getOutcome(),
                Undecided.cause(verdict),
                verdict.getOutOfDomain(),
                verdict.getScore(),
                verdict.getThreshold(),
                Candidate.of(verdict.getCandidates()),
                verdict.getGallerySize(),
                ForeignText.value(verdict.getModelName() + "/" + verdict.getModelVersion()),
                verdict.getProbePartition(),
                verdict.getProbeOffset(),
                verdict.getAppendedAt().toEpochMilli(),
                verdict.getDecidedAt().toEpochMilli(),
                shadow == null ? null : Shadow.of(shadow),
                verdict.getRegions().stream().map(RegionView::of).toList());
    }
}
