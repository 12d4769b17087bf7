package io.twinstream.trainer.evaluation;

/**
 * Errors in verification over a sample of pairs (ISO/IEC 19795-1).
 *
 * @param scored the pairs with their scores
 * @param accuracy mean share of the genuine and of the impostor pairs that are decided rightly, 0 to 1, at a threshold that was
 *     chosen on other pairs
 * @param otherSet true where the threshold comes from a set of its own; false where each half of the sample was judged at the
 *     best threshold of the other half, with which it has no subject in common
 */
public record VerificationEvaluation(PairSample sample, ScoredPairs scored, double accuracy, boolean otherSet) {

    /** Each half of the sample at the other's best threshold. */
    public static VerificationEvaluation of(Comparer comparer, PairSample sample) {
        ScoredPairs scored = ScoredPairs.of(comparer, sample.images(), sample.pairs());
        int middle = sample.first().size();
        ErrorRates first = scored.part(0, middle).rates();
        ErrorRates second = scored.part(middle, sample.pairs().size()).rates();
        double ofFirst = second.bestThreshold();
        double ofSecond = first.bestThreshold();
        double refused = first.fnmr(ofFirst) * first.genuinePairs() + second.fnmr(ofSecond) * second.genuinePairs();
        double taken = first.fmr(ofFirst) * first.impostorPairs() + second.fmr(ofSecond) * second.impostorPairs();
        double fnmr = refused / (first.genuinePairs() + second.genuinePairs());
        double fmr = taken / (first.impostorPairs() + second.impostorPairs());
        return new VerificationEvaluation(sample, scored, 1 - (fmr + fnmr) / 2, false);
    }

    /** The whole sample at the best threshold of another set's pairs. */
    public static VerificationEvaluation of(Comparer comparer, PairSample sample, PairSample thresholds) {
        ScoredPairs scored = ScoredPairs.of(comparer, sample.images(), sample.pairs());
        double threshold = ScoredPairs.of(comparer, thresholds.images(), thresholds.pairs())
                .rates()
                .bestThreshold();
        ErrorRates rates = scored.rates();
        return new VerificationEvaluation(sample, scored, 1 - (rates.fmr(threshold) + rates.fnmr(threshold)) / 2, true);
    }

    public ErrorRates rates() {
        return scored.rates();
    }
}
