package io.twinstream.verifier.stream;

import io.twinstream.schemas.record.Verdict;
import io.twinstream.verifier.gallery.Match;
import io.twinstream.verifier.match.Thresholds;
import java.util.List;

/**
 * A verdict and what it follows from.
 *
 * @param matches the verdict's candidates
 * @param candidates how many the verdict may have; 0 for a pair
 */
record Judgement(Verdict verdict, List<Match> matches, int candidates, Thresholds thresholds) {

    /** With the first candidate alone, as an opinion has it. */
    Judgement best() {
        Verdict best = Verdict.newBuilder(verdict)
                .setCandidates(verdict.getCandidates().stream().limit(1).toList())
                .build();
        return new Judgement(best, matches.stream().limit(1).toList(), Math.min(1, candidates), thresholds);
    }
}
