package io.twinstream.schemas.modelpackage;

import java.util.Objects;

/**
 * Shows how the scores of held-out pairs are spread, by counts over equal bins of the score from 0 to 1.
 *
 * @param genuine the counts for pairs of one subject
 * @param impostor the counts for pairs of two subjects
 */
public record ScoreHistograms(long[] genuine, long[] impostor) {
    public ScoreHistograms {
        Objects.requireNonNull(genuine, "histograms need genuine counts");
        Objects.requireNonNull(impostor, "histograms need impostor counts");
        if (genuine.length == 0 || genuine.length != impostor.length) {
            throw new IllegalArgumentException(
                    "histograms must have the same bins, had %d and %d".formatted(genuine.length, impostor.length));
        }
        genuine = genuine.clone();
        impostor = impostor.clone();
    }
}
