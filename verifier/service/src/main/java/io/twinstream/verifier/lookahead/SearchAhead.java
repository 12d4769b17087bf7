package io.twinstream.verifier.lookahead;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.verifier.gallery.SearchResult;
import io.twinstream.verifier.lookahead.PreparedProbe.Embedded;
import io.twinstream.verifier.lookahead.PreparedProbe.FoundAhead;
import io.twinstream.verifier.model.ServingModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A search ahead searches a gallery for a probe and for those that are prepared to follow it, in one pass over memory.
 * A result found ahead is of a moment after its probe was appended, and is used for a second at most. So whoever sees
 * that a reference is enrolled or erased, and asks then, gets an answer that knows of it. For one thread.
 */
final class SearchAhead {
    /**
     * This is the number of components that one pass compares: half a second on one core, and a transaction must not wait
     * for more.
     */
    private static final long WORK = 8_000_000_000L;

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ModelSlot slot;
    private final ProbesInFlight probes;
    private final LongSupplier nanoTime;
    private final long work;

    SearchAhead(ModelSlot slot, ProbesInFlight probes, LongSupplier nanoTime) {
        this(slot, probes, nanoTime, WORK);
    }

    /**
     * Creates a search with a bound of its own.
     *
     * @param work the number of components that one pass compares at most
     */
    SearchAhead(ModelSlot slot, ProbesInFlight probes, LongSupplier nanoTime, long work) {
        this.slot = slot;
        this.probes = probes;
        this.nanoTime = nanoTime;
        this.work = work;
    }

    /** Returns a probe whose turn it is with what the gallery holds for it, if it asks for an identification. */
    Embedded searched(ServingModel model, ProbeInFlight probe, Embedded embedded) {
        if (!waits(model, embedded)) {
            return embedded;
        }
        List<ProbeInFlight> ahead = probes.embedded(slot, model, probe.partition())
                .filter(other -> !other.equals(probe) && waits(model, embeddings(model, other)))
                .limit(most(model) - 1)
                .toList();
        List<Embedded> together = new ArrayList<>(List.of(embedded));
        ahead.forEach(other -> together.add(embeddings(model, other)));
        List<SearchResult> searches = model.gallery()
                .identify(
                        together.stream().map(each -> each.embeddings().get(0)).toList(),
                        together.stream().map(SearchAhead::candidates).toList());
        long nanos = nanoTime.getAsLong();
        for (int i = 0; i < ahead.size(); i++) {
            ahead.get(i).found(slot, new FoundAhead(searches.get(i + 1), nanos));
        }
        return embedded.with(new FoundAhead(searches.get(0), nanos));
    }

    private Embedded embeddings(ServingModel model, ProbeInFlight probe) {
        return requireNonNull(probe.embeddings(slot, model));
    }

    /** Returns how many probes one pass searches for, at least one. */
    private long most(ServingModel model) {
        long each = (long) model.gallery().size() * model.matchFunction().length();
        return Math.max(1, work / Math.max(1, each));
    }

    private boolean waits(ServingModel model, Embedded probe) {
        FoundAhead found = probe.found();
        return probe.probe().getTask() instanceof Identify
                && !model.domain().refuses(probe.cause())
                && (found == null || nanoTime.getAsLong() - found.nanos() > FRESH_NANOS);
    }

    private static int candidates(Embedded probe) {
        return ((Identify) probe.probe().getTask()).getCandidates();
    }
}
