package io.twinstream.verifier.stream;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.verifier.gallery.Match;
import io.twinstream.verifier.gallery.SearchResult;
import io.twinstream.verifier.match.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A region finding is what came of one region of a probe's picture: a cause why it can't be judged, the score of a pair,
 * or the result of a search. One gallery and the merged shards make verdicts of it by the same code.
 *
 * @param cause set where neither score nor search is
 * @param score the score of a pair; null for other tasks
 * @param search what the gallery holds for the region; null for a pair
 */
public record RegionFinding(
        Region region,
        @Nullable UndecidedCause cause,
        @Nullable Double score,
        @Nullable SearchResult search) {
    /** Returns the finding of a region that can't be judged. */
    public static RegionFinding refused(Region region, UndecidedCause cause) {
        return new RegionFinding(region, cause, null, null);
    }

    /** Returns the finding of a pair's region. */
    public static RegionFinding scored(Region region, double score) {
        return new RegionFinding(region, null, score, null);
    }

    /** Returns the finding of a region that a gallery was searched for. */
    public static RegionFinding searched(Region region, SearchResult search) {
        return new RegionFinding(region, null, null, search);
    }

    /** Returns whether the region was judged. */
    public boolean isJudged() {
        return cause == null;
    }

    List<Match> matches() {
        return search == null ? List.of() : search.matches();
    }

    /** Returns the same finding with its first match alone. */
    RegionFinding best() {
        return search == null
                ? this
                : searched(region, new SearchResult(matches().stream().limit(1).toList(), search.gallerySize()));
    }

    /**
     * Sets the regions of a verdict, whose task is set, on a picture that can't be judged. A region without a cause of its own
     * has the picture's.
     */
    public static void refuse(
            Verdict.Builder verdict,
            List<RegionFinding> findings,
            Thresholds.Threshold threshold,
            UndecidedCause cause) {
        set(
                verdict,
                findings.stream()
                        .map(each -> each.isJudged() ? refused(each.region(), cause) : each)
                        .toList(),
                threshold);
    }

    /** Sets what is said of each region in a verdict whose task is set. */
    private static void set(Verdict.Builder verdict, List<RegionFinding> findings, Thresholds.Threshold threshold) {
        List<RegionVerdict> regions = new ArrayList<>(findings.size());
        for (RegionFinding finding : findings) {
            regions.add(finding.verdict(verdict.getTask(), threshold));
        }
        verdict.setRegions(regions);
    }

    /**
     * Decides a verdict, whose task is set, by the regions of which at least one was judged. It is a match if one of them is;
     * score and candidates are the best of all.
     *
     * @param most how many candidates the verdict may have
     * @return the candidates of the verdict, best first
     */
    public static List<Match> decide(
            Verdict.Builder verdict,
            List<RegionFinding> findings,
            int most,
            Thresholds.Threshold threshold,
            int gallerySize) {
        set(verdict, findings, threshold);
        if (verdict.getTask() == TaskKind.PAIR) {
            double best = findings.stream()
                    .map(RegionFinding::score)
                    .filter(Objects::nonNull)
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElseThrow();
            Judge.pair(verdict, best, threshold, gallerySize);
            return List.of();
        }
        SearchResult best = SearchResult.best(
                findings.stream()
                        .map(RegionFinding::search)
                        .filter(Objects::nonNull)
                        .toList(),
                most);
        Judge.search(verdict, best, threshold);
        return best.matches();
    }

    private RegionVerdict verdict(TaskKind task, Thresholds.Threshold threshold) {
        if (cause != null) {
            return undecided(cause);
        }
        if (search == null) {
            return decided(Objects.requireNonNull(score), List.of(), threshold);
        }
        List<Candidate> candidates = Judge.candidates(search);
        return candidates.isEmpty()
                ? undecided(Judge.nobody(task))
                : decided(candidates.get(0).getScore(), candidates, threshold);
    }

    private RegionVerdict undecided(UndecidedCause why) {
        return new RegionVerdict(region, Outcome.UNDECIDED, why, null, List.of());
    }

    private RegionVerdict decided(double best, List<Candidate> candidates, Thresholds.Threshold threshold) {
        return new RegionVerdict(region, Judge.outcome(best, threshold), null, best, candidates);
    }
}
