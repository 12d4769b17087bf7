package io.twinstream.verifier.replay;

import static java.util.stream.Collectors.joining;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision is the part of a verdict by which two verdicts on the same probe are compared.
 *
 * @param score the match score; null when undecided
 * @param subject the best candidate; null for a pair and when undecided
 * @param gallerySize the number of references in the gallery
 * @param model the model that judged, {@code name/version}
 * @param sha256 the hash of the model's manifest
 * @param precision the precision of the model's embedder
 * @param regions outcome and best candidate of each of several regions; empty where there are fewer
 */
public record Decision(
        TaskKind task,
        Outcome outcome,
        @Nullable Double score,
        @Nullable String subject,
        int gallerySize,
        String model,
        String sha256,
        Precision precision,
        String regions) {
    static Decision of(Verdict verdict) {
        List<Candidate> candidates = verdict.getCandidates();
        return new Decision(
                verdict.getTask(),
                verdict.getOutcome(),
                verdict.getScore(),
                candidates.isEmpty() ? null : candidates.get(0).getSubjectId(),
                verdict.getGallerySize(),
                verdict.getModelName() + "/" + verdict.getModelVersion(),
                verdict.getModelSha256(),
                verdict.getPrecision(),
                verdict.getRegions().size() < 2
                        ? ""
                        : verdict.getRegions().stream().map(Decision::text).collect(joining(", ")));
    }

    private static String text(RegionVerdict region) {
        return region.getCandidates().stream()
                .findFirst()
                .map(best -> region.getOutcome() + " " + best.getSubjectId())
                .orElseGet(region.getOutcome()::toString);
    }

    /** Returns the same decision with texts from a pool, so that equal ones exist once. */
    Decision sharing(RecordedVerdicts.TextPool texts) {
        return new Decision(
                task,
                outcome,
                score,
                subject == null ? null : texts.one(subject),
                gallerySize,
                texts.one(model),
                texts.one(sha256),
                precision,
                texts.one(regions));
    }

    /** Returns how far apart the scores are; infinite where only one has a score. */
    double distance(Decision other) {
        if (score == null || other.score == null) {
            return score == null && other.score == null ? 0 : Double.POSITIVE_INFINITY;
        }
        return Math.abs(score - other.score);
    }
}
