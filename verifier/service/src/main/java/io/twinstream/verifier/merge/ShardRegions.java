package io.twinstream.verifier.merge;

import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.ShardOpinion;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.verifier.gallery.SearchResult;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.stream.RegionFinding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges what all shards say of each region of one picture. Every shard has located by itself, so that places may differ by
 * what their machines round; those of the first shard are told.
 */
final class ShardRegions {
    /** Boxes that overlap by less are of different things. */
    private static final double SAME = 0.5;

    private ShardRegions() {}

    /**
     * Returns what the whole gallery would have found for each region; nothing where whole pictures were judged, or a shard
     * found nothing.
     *
     * @param most how many candidates a region may have
     * @throws IllegalArgumentException with one line, if the shards judged different regions
     */
    static List<RegionFinding> merged(List<Verdict> verdicts, List<ShardOpinion> opinions, int most) {
        Verdict first = verdicts.get(0);
        if (verdicts.stream()
                .anyMatch(
                        each -> each.getRegions().isEmpty() && Undecided.cause(each) == UndecidedCause.NOTHING_FOUND)) {
            return List.of();
        }
        for (int shard = 0; shard < verdicts.size(); shard++) {
            requireSame(first, verdicts.get(shard), opinions.get(shard), shard);
        }
        List<RegionFinding> findings = new ArrayList<>();
        for (int region = 0; region < first.getRegions().size(); region++) {
            findings.add(merged(verdicts, opinions, region, most));
        }
        return findings;
    }

    private static RegionFinding merged(List<Verdict> verdicts, List<ShardOpinion> opinions, int region, int most) {
        RegionVerdict first = verdicts.get(0).getRegions().get(region);
        List<SearchResult> searches = new ArrayList<>();
        UndecidedCause refused = null;
        for (int shard = 0; shard < verdicts.size(); shard++) {
            Verdict verdict = verdicts.get(shard);
            RegionVerdict each = verdict.getRegions().get(region);
            UndecidedCause cause = ofPicture(each);
            // A blank picture is never judged; one of another kind may be.
            refused = refused == null || cause == UndecidedCause.BLANK ? cause : refused;
            searches.add(ShardMerge.search(
                    each.getCandidates(), opinions.get(shard).getRegionLogits().get(region), verdict.getGallerySize()));
        }
        if (refused != null) {
            return RegionFinding.refused(first.getRegion(), refused);
        }
        return verdicts.get(0).getTask() == TaskKind.PAIR
                ? RegionFinding.scored(first.getRegion(), first.getScore())
                : RegionFinding.searched(first.getRegion(), SearchResult.merged(searches, most));
    }

    /** Returns the cause why a shard didn't judge a region, or null if it did. */
    private static @Nullable UndecidedCause ofPicture(RegionVerdict region) {
        UndecidedCause cause = region.getOutcome() == Outcome.UNDECIDED ? region.getCause() : null;
        return cause == UndecidedCause.UNKNOWN_SUBJECT || cause == UndecidedCause.EMPTY_GALLERY ? null : cause;
    }

    private static void requireSame(Verdict first, Verdict other, ShardOpinion opinion, int shard) {
        int count = other.getRegions().size();
        boolean same = count == first.getRegions().size()
                && count == opinion.getRegionLogits().size();
        for (int region = 0; same && region < count; region++) {
            same = place(first, region).overlap(place(other, region)) >= SAME;
        }
        if (!same) {
            throw new IllegalArgumentException(
                    "shards found different things in probe %d-%d: %d regions in shard 0 and %d in shard %d; their verifiers need the same verifier.regions and machines that compute alike"
                            .formatted(
                                    first.getProbePartition(),
                                    first.getProbeOffset(),
                                    first.getRegions().size(),
                                    count,
                                    shard));
        }
    }

    private static Region place(Verdict verdict, int region) {
        return Region.of(verdict.getRegions().get(region).getRegion());
    }
}
