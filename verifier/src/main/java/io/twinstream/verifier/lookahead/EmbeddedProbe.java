package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.record.Probe;
import java.util.List;

/**
 * A probe and the embeddings of its images: one, or for a pair two, the probe's first.
 *
 * @param embeddings each {@code [embeddingLength]}
 */
public record EmbeddedProbe(Probe probe, List<float[]> embeddings) implements Prepared {
    public EmbeddedProbe {
        embeddings = List.copyOf(embeddings);
    }
}
