package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.gallery.SearchResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prepared probe is what the look-ahead makes of a probe's record: embeddings that can be judged, or the reason why
 * there are none.
 */
public sealed interface PreparedProbe {
    /**
     * An embedded probe has the embeddings of its images: one, or for a pair two, the probe's first.
     *
     * @param embeddings the embeddings, each {@code [embeddingLength]}; fewer where the cause is that nothing was found
     * @param cause why the model can't judge one of the images, whatever the settings make of that; null if it can
     *     judge all
     * @param found the result of a search ahead, for a probe that asks for an identification; null if nobody has
     *     searched yet
     */
    record Embedded(
            Probe probe,
            List<float[]> embeddings,
            @Nullable UndecidedCause cause,
            @Nullable FoundAhead found) implements PreparedProbe {
        public Embedded {
            embeddings = List.copyOf(embeddings);
        }

        public Embedded(Probe probe, List<float[]> embeddings) {
            this(probe, embeddings, null);
        }

        public Embedded(Probe probe, List<float[]> embeddings, @Nullable UndecidedCause cause) {
            this(probe, embeddings, cause, null);
        }

        Embedded with(FoundAhead search) {
            return new Embedded(probe, embeddings, cause, search);
        }
    }

    /**
     * Found ahead is what a search ahead gave.
     *
     * @param nanos the time when the search ended, by the look-ahead's clock
     */
    record FoundAhead(SearchResult search, long nanos) {}

    /**
     * A rejected record can't be judged, and goes to the dead letters.
     *
     * @param reason a word for the dead letter's header, see {@code DeadLetterHeaders.REASON}
     * @param message one line that names the cause
     */
    record Rejected(String reason, String message) implements PreparedProbe {}
}
