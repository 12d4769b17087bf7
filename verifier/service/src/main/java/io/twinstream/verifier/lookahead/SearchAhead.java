package io.twinstream.verifier.lookahead;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.verifier.gallery.SearchResult;
import io.twinstream.verifier.lookahead.PreparedProbe.Embedded;
import io.twinstream.verifier.lookahead.PreparedProbe.FoundAhead;
import io.twinstream.verifier.model.ServingModel;
import java.util.ArrayList;
import java.util.Iterator;
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
        List<ProbeInFlight> ahead = ahead(model, probe, most(model) - embedded.searches(model.domain()));
        List<float[]> searched = new ArrayList<>();
        List<Integer> most = new ArrayList<>();
        add(model, embedded, searched, most);
        ahead.forEach(other -> add(model, embeddings(model, other), searched, most));
        List<SearchResult> searches = model.gallery().identify(searched, most);
        long nanos = nanoTime.getAsLong();
        int first = embedded.searches(model.domain());
        for (ProbeInFlight other : ahead) {
            int count = embeddings(model, other).searches(model.domain());
            other.found(slot, new FoundAhead(searches, first, nanos));
            first += count;
        }
        return embedded.with(new FoundAhead(searches, 0, nanos));
    }

    /** Returns the probes that wait to be searched for, with so many searches together at most. */
    private List<ProbeInFlight> ahead(ServingModel model, ProbeInFlight probe, long searches) {
        List<ProbeInFlight> ahead = new ArrayList<>();
        Iterator<ProbeInFlight> others = probes.embedded(slot, model, probe.partition())
                .filter(other -> !other.equals(probe) && waits(model, embeddings(model, other)))
                .iterator();
        long left = searches;
        while (left > 0 && others.hasNext()) {
            ProbeInFlight other = others.next();
            left -= embeddings(model, other).searches(model.domain());
            if (left >= 0) {
                ahead.add(other);
            }
        }
        return ahead;
    }

    private static void add(ServingModel model, Embedded probe, List<float[]> searched, List<Integer> most) {
        probe.addSearched(model.domain(), searched);
        while (most.size() < searched.size()) {
            most.add(candidates(probe));
        }
    }

    private Embedded embeddings(ServingModel model, ProbeInFlight probe) {
        return requireNonNull(probe.embeddings(slot, model));
    }

    /** Returns how many embeddings one pass searches for, at least one. */
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
