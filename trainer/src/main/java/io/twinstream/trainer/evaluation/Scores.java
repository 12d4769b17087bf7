package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.ScoreHistograms;
import io.twinstream.verifier.match.MatchFunction;

/** Converts between match scores and match logits: a score is the sigmoid of its logit. */
final class Scores {
    private static final int BINS = 100;

    private Scores() {}

    /** Returns the score of a logit, between 0 and 1, exclusive; a threshold of 0 or 1 would be none. */
    static double ofLogit(double logit) {
        double score = MatchFunction.score(logit);
        return Math.min(Math.max(score, Double.MIN_NORMAL), Math.nextDown(1.0));
    }

    /** Returns the logit of a score, which lies between 0 and 1, exclusive. */
    static double logit(double score) {
        return Math.log(score / (1 - score));
    }

    static ScoreHistograms histograms(PairScores pairs) {
        return new ScoreHistograms(counts(pairs.genuine()), counts(pairs.impostor()));
    }

    private static long[] counts(double[] logits) {
        long[] counts = new long[BINS];
        for (double logit : logits) {
            counts[(int) (ofLogit(logit) * BINS)]++;
        }
        return counts;
    }
}
