package io.twinstream.trainer.head;

import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import java.util.Arrays;
import java.util.Optional;

/**
 * A head is what stands on top of an embedder: perhaps a projection, and the weights of the L1 distance.
 *
 * @param weights one for each component, negative where a distance speaks against a match; their scale means nothing before
 *     calibration
 */
public record Head(HeadKind kind, Optional<Projection> projection, float[] weights) {

    /** Returns the images as this head sees them. */
    public EmbeddedImages seen(EmbeddedImages images) {
        if (projection.isEmpty()) {
            return images;
        }
        float[][] embeddings = projection.get().of(images.embeddings());
        float[][] references = images.references() == images.embeddings()
                ? embeddings
                : projection.get().of(images.references());
        return new EmbeddedImages(embeddings, references, images.classes(), images.groups());
    }

    /**
     * A projection maps an embedding {@code x} to {@code sigmoid(x * weights + shift)} of the same length.
     *
     * @param weights {@code [length][length]} by rows, one row for each component of {@code x}
     * @param shift {@code [length]}
     */
    public record Projection(float[] weights, float[] shift) {

        /** Returns the projected embeddings, computed on all cores. */
        float[][] of(float[][] embeddings) {
            return Arrays.stream(embeddings).parallel().map(this::of).toArray(float[][]::new);
        }

        /** Returns the projected embedding. */
        public float[] of(float[] embedding) {
            float[] sums = shift.clone();
            for (int from = 0; from < embedding.length; from++) {
                add(embedding[from], from * sums.length, sums);
            }
            for (int to = 0; to < sums.length; to++) {
                sums[to] = (float) (1 / (1 + Math.exp(-sums[to])));
            }
            return sums;
        }

        private void add(float component, int row, float[] sums) {
            for (int to = 0; to < sums.length; to++) {
                sums[to] += component * weights[row + to];
            }
        }
    }
}
