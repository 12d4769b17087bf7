package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.gallery.Search;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A probe and the embeddings of its images: one, or for a pair two, the probe's first.
 *
 * @param embeddings each {@code [embeddingLength]}
 * @param cause why a picture of it can't be judged by the model, whatever the settings make of that; null where all can
 * @param found for a probe that asks who it is; null if nobody has searched yet
 */
public record EmbeddedProbe(
        Probe probe,
        List<float[]> embeddings,
        @Nullable UndecidedCause cause,
        @Nullable Found found) implements Prepared {
    /**
     * What a search found.
     *
     * @param nanos when it ended, as {@link System#nanoTime} has it
     */
    public record Found(Search search, long nanos) {}

    public EmbeddedProbe {
        embeddings = List.copyOf(embeddings);
    }

    public EmbeddedProbe(Probe probe, List<float[]> embeddings) {
        this(probe, embeddings, null);
    }

    public EmbeddedProbe(Probe probe, List<float[]> embeddings, @Nullable UndecidedCause cause) {
        this(probe, embeddings, cause, null);
    }

    EmbeddedProbe with(Found search) {
        return new EmbeddedProbe(probe, embeddings, cause, search);
    }
}
