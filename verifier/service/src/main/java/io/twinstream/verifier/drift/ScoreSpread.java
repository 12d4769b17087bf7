package io.twinstream.verifier.drift;

import io.twinstream.schemas.modelpackage.ScoreHistograms;
import java.util.Arrays;
import java.util.List;

/**
 * A score spread has the probability of each bin of the score, for genuine probes and for impostors.
 *
 * @param pairs the number of pairs that either was measured on, the smaller of both, which bounds the precision
 */
record ScoreSpread(double[] genuine, double[] impostor, long pairs) {
    private static final int ROUNDS = 200;
    /** This is added to each bin, so that none is impossible. */
    private static final double LITTLE = 0.1;

    /** Returns the spread of single comparisons, as a release has measured them. */
    static ScoreSpread of(ScoreHistograms histograms) {
        return new ScoreSpread(
                parts(histograms.genuine()),
                parts(histograms.impostor()),
                Math.min(
                        Arrays.stream(histograms.genuine()).sum(),
                        Arrays.stream(histograms.impostor()).sum()));
    }

    /**
     * Returns the spread of the best comparison with a gallery, in which a genuine probe's own reference is one of
     * many. The others are taken for impostors, each as likely to score high as any other.
     */
    ScoreSpread bestOf(double gallery) {
        return new ScoreSpread(best(genuine, 1, gallery - 1), best(impostor, gallery, 0), pairs);
    }

    /** Returns the spread of the best comparison with several references of one subject. */
    ScoreSpread bestOfOwn(double references) {
        return new ScoreSpread(best(genuine, references, 0), best(impostor, references, 0), pairs);
    }

    /** Returns the part of all scores that is expected in each bin at a share of genuine probes. */
    double[] mixed(double share) {
        double[] mixed = new double[genuine.length];
        Arrays.setAll(mixed, i -> share * genuine[i] + (1 - share) * impostor[i]);
        return mixed;
    }

    /** Returns the share of genuine probes that makes these counts most likely, by expectation and maximisation. */
    double share(List<Long> counts) {
        double share = 0.5;
        double all = counts.stream().mapToLong(Long::longValue).sum();
        for (int round = 0; round < ROUNDS; round++) {
            double sum = 0;
            for (int i = 0; i < counts.size(); i++) {
                double mixed = share * genuine[i] + (1 - share) * impostor[i];
                sum += mixed == 0 ? 0 : counts.get(i) * share * genuine[i] / mixed;
            }
            share = sum / all;
        }
        return share;
    }

    private static double[] parts(long[] counts) {
        double all = Arrays.stream(counts).sum() + LITTLE * counts.length;
        return Arrays.stream(counts)
                .mapToDouble(count -> (count + LITTLE) / all)
                .toArray();
    }

    /** Returns the spread of the highest of so many own scores and so many impostors' scores. */
    private double[] best(double[] own, double owns, double impostors) {
        double[] best = new double[own.length];
        double upToOwn = 0;
        double upToImpostor = 0;
        double before = 0;
        for (int i = 0; i < best.length; i++) {
            upToOwn = Math.min(1, upToOwn + own[i]);
            upToImpostor = Math.min(1, upToImpostor + impostor[i]);
            double now = Math.pow(upToOwn, owns) * Math.pow(upToImpostor, impostors);
            best[i] = now - before;
            before = now;
        }
        return best;
    }
}
