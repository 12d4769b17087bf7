package io.twinstream.verifier.merge;

import io.twinstream.schemas.modelpackage.FmrPoint;
import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.ShardOpinion;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.gallery.Match;
import io.twinstream.verifier.gallery.SearchResult;
import io.twinstream.verifier.match.Thresholds;
import io.twinstream.verifier.stream.Judge;
import io.twinstream.verifier.stream.RegionFinding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A shard merge turns the opinions of all shards on one probe into the verdict that the whole gallery would have given.
 * Safe for many threads.
 */
final class ShardMerge {
    /**
     * Lists the fields that may differ between the shards' verdicts on one probe, since they depend on the shard's
     * references or on when it judged.
     */
    private static final Set<String> OWN = Set.of(
            "outcome",
            "reason",
            "cause",
            "outOfDomain",
            "score",
            "threshold",
            "targetFmr",
            "candidates",
            "gallerySize",
            "regions",
            "decidedAt",
            "shadow");

    private final RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);

    /** Returns a shard's verdict among its own references. */
    Verdict verdict(ShardOpinion opinion) {
        return serde.decode(RecordSerde.content(opinion.getVerdict()));
    }

    /**
     * Merges the opinions of all shards.
     *
     * @param opinions the opinions in the order of the shards
     * @throws IllegalArgumentException with one line, if they can't be opinions of one model on one probe
     */
    Verdict merge(List<ShardOpinion> opinions, Instant decidedAt) {
        List<Verdict> verdicts = opinions.stream().map(this::verdict).toList();
        Verdict first = verdicts.get(0);
        for (int shard = 1; shard < verdicts.size(); shard++) {
            requireAgreement(first, verdicts.get(shard), shard);
        }
        UndecidedCause ofPicture = ofPicture(verdicts);
        int gallerySize = verdicts.stream().mapToInt(Verdict::getGallerySize).sum();
        Thresholds.Threshold threshold = threshold(first, opinions.get(0), gallerySize);
        int most = Math.max(1, opinions.get(0).getCandidates());
        List<RegionFinding> findings = ShardRegions.merged(verdicts, opinions, most);
        if (ofPicture == null && !findings.isEmpty() && findings.stream().noneMatch(RegionFinding::isJudged)) {
            ofPicture = findings.get(0).cause();
        }
        Verdict.Builder merged = Verdict.newBuilder(first)
                .setDecidedAt(decidedAt)
                .setOutOfDomain(verdicts.stream().anyMatch(Verdict::getOutOfDomain));
        if (ofPicture != null) {
            RegionFinding.refuse(merged, findings, threshold, ofPicture);
            Judge.undecided(merged, gallerySize, threshold, ofPicture);
        } else if (!findings.isEmpty()) {
            RegionFinding.decide(merged, findings, most, threshold, gallerySize);
        } else if (first.getTask() == TaskKind.PAIR) {
            merged.setGallerySize(gallerySize);
        } else {
            List<SearchResult> searches = new ArrayList<>();
            for (int shard = 0; shard < verdicts.size(); shard++) {
                searches.add(search(
                        verdicts.get(shard).getCandidates(),
                        opinions.get(shard).getLogits(),
                        verdicts.get(shard).getGallerySize()));
            }
            Judge.search(merged, SearchResult.merged(searches, most), threshold);
        }
        return merged.build();
    }

    /**
     * Returns why the picture can't be judged, if any shard says so. Machines may differ on a picture that lies at the
     * bound, and what one of them refuses is no match.
     */
    private static @Nullable UndecidedCause ofPicture(List<Verdict> verdicts) {
        UndecidedCause found = null;
        for (Verdict verdict : verdicts) {
            UndecidedCause cause = Undecided.cause(verdict);
            if (cause == UndecidedCause.NOTHING_FOUND) {
                return cause;
            }
            if (cause == UndecidedCause.BLANK || (cause == UndecidedCause.OUT_OF_DOMAIN && found == null)) {
                found = cause;
            }
        }
        return found;
    }

    private static Thresholds.Threshold threshold(Verdict verdict, ShardOpinion opinion, int gallerySize) {
        Double targetFpir = verdict.getTargetFpir();
        if (targetFpir == null) {
            return new Thresholds.Threshold(verdict.getThreshold(), verdict.getTargetFmr());
        }
        List<FmrPoint> points = new ArrayList<>();
        for (int i = 0; i < opinion.getFmr().size(); i++) {
            points.add(new FmrPoint(
                    opinion.getFmr().get(i), opinion.getThresholds().get(i)));
        }
        return Thresholds.identification(new FmrTable(points), targetFpir, gallerySize);
    }

    /** Returns the search that a shard's candidates came of. */
    static SearchResult search(List<Candidate> candidates, List<Float> logits, int gallerySize) {
        List<Match> matches = new ArrayList<>();
        for (int i = 0; i < logits.size(); i++) {
            Candidate candidate = candidates.get(i);
            matches.add(
                    new Match(new ReferenceKey(candidate.getSubjectId(), candidate.getReferenceId()), logits.get(i)));
        }
        return new SearchResult(matches, gallerySize);
    }

    private static void requireAgreement(Verdict first, Verdict other, int shard) {
        for (Schema.Field field : Verdict.getClassSchema().getFields()) {
            Object one = first.get(field.pos());
            Object another = other.get(field.pos());
            if (!OWN.contains(field.name()) && !Objects.equals(one, another)) {
                throw new IllegalArgumentException(
                        "shards judged probe %d-%d differently: %s is %s in shard 0 and %s in shard %d; their verifiers need the same settings"
                                .formatted(
                                        first.getProbePartition(),
                                        first.getProbeOffset(),
                                        field.name(),
                                        one,
                                        another,
                                        shard));
            }
        }
    }
}
