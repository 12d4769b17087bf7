package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.gallery.SearchResult;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.settings.DomainRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prepared probe is what the look-ahead makes of a probe's record: embeddings that can be judged, or the reason why
 * there are none.
 */
public sealed interface PreparedProbe {
    /**
     * An embedded probe has the embeddings of its images: one, or for a pair two, the probe's first. Where regions of the
     * probe's picture are judged, its embedding is that of the largest.
     *
     * @param embeddings the embeddings, each {@code [embeddingLength]}; fewer where the cause is that nothing was found
     * @param cause why the model can't judge one of the images, whatever the settings make of that; null if it can
     *     judge all, or a region of the probe's
     * @param regions the regions that are judged, the largest first; empty where the whole picture is
     * @param found the result of a search ahead, for a probe that asks for an identification; null if nobody has
     *     searched yet
     */
    record Embedded(
            Probe probe,
            List<float[]> embeddings,
            @Nullable UndecidedCause cause,
            List<EmbeddedRegion> regions,
            @Nullable FoundAhead found)
            implements PreparedProbe {
        public Embedded {
            embeddings = List.copyOf(embeddings);
            regions = List.copyOf(regions);
        }

        public Embedded(Probe probe, List<float[]> embeddings) {
            this(probe, embeddings, null);
        }

        public Embedded(Probe probe, List<float[]> embeddings, @Nullable UndecidedCause cause) {
            this(probe, embeddings, cause, List.of());
        }

        public Embedded(
                Probe probe, List<float[]> embeddings, @Nullable UndecidedCause cause, List<EmbeddedRegion> regions) {
            this(probe, embeddings, cause, regions, null);
        }

        Embedded with(FoundAhead search) {
            return new Embedded(probe, embeddings, cause, regions, search);
        }

        /** Returns how many embeddings of the probe's picture a gallery is searched for. */
        int searches(DomainRule rule) {
            int searches = regions.isEmpty() ? 1 : 0;
            for (EmbeddedRegion region : regions) {
                searches += rule.refuses(region.cause()) ? 0 : 1;
            }
            return searches;
        }

        /** Adds the embeddings that a gallery is searched for. */
        public void addSearched(DomainRule rule, List<float[]> searched) {
            if (regions.isEmpty()) {
                searched.add(embeddings.get(0));
            }
            for (EmbeddedRegion region : regions) {
                if (!rule.refuses(region.cause())) {
                    searched.add(region.embedding());
                }
            }
        }
    }

    /**
     * An embedded region is a part of the probe's picture that is judged by itself.
     *
     * @param embedding the embedding, {@code [embeddingLength]}
     * @param cause why the model can't judge it, whatever the settings make of that; null if it can
     */
    record EmbeddedRegion(
            Region region, float[] embedding, @Nullable UndecidedCause cause) {}

    /**
     * Found ahead is what a search ahead gave.
     *
     * @param searches the results of all that were searched for in one pass
     * @param first the place of this probe's first result among them
     * @param nanos the time when the search ended, by the look-ahead's clock
     */
    record FoundAhead(List<SearchResult> searches, int first, long nanos) {
        /**
         * Returns the result for the whole picture, or for one of its regions.
         *
         * @param number counts the regions that are searched for, from 0
         */
        public SearchResult search(int number) {
            return searches.get(first + number);
        }
    }

    /**
     * A rejected record can't be judged, and goes to the dead letters.
     *
     * @param reason a word for the dead letter's header, see {@code DeadLetterHeaders.REASON}
     * @param message one line that names the cause
     */
    record Rejected(String reason, String message) implements PreparedProbe {}
}
