package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.record.Identify;
import io.twinstream.verifier.gallery.Search;
import io.twinstream.verifier.lookahead.EmbeddedProbe.Found;
import io.twinstream.verifier.model.ServingModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Searches a gallery for a probe and for those that are prepared to follow it, in one pass over memory. What is found ahead is
 * of a moment after its probe was appended, and is used for a second: whoever sees that a reference is enrolled, or
 * erased, and asks then, is answered accordingly. For one thread.
 */
final class SearchAhead {
    /** Components compared in one pass: half a second on one core. A transaction must not wait for more. */
    private static final long WORK = 8_000_000_000L;

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PreparedProbes ready;
    private final LongSupplier nanoTime;
    private final long work;

    SearchAhead(PreparedProbes ready, LongSupplier nanoTime) {
        this(ready, nanoTime, WORK);
    }

    /** @param work components that are compared in one pass */
    SearchAhead(PreparedProbes ready, LongSupplier nanoTime, long work) {
        this.ready = ready;
        this.nanoTime = nanoTime;
        this.work = work;
    }

    /** A probe of a partition with what the gallery holds for it, where it asks for that. */
    EmbeddedProbe searched(ServingModel model, TopicPartition partition, EmbeddedProbe probe) {
        if (!waits(model, probe)) {
            return probe;
        }
        List<PreparedProbes.Entry> ahead = ready.of(model, partition)
                .filter(entry -> entry.prepared() instanceof EmbeddedProbe other && waits(model, other))
                .limit(most(model) - 1)
                .toList();
        List<EmbeddedProbe> probes = new ArrayList<>(List.of(probe));
        ahead.forEach(entry -> probes.add((EmbeddedProbe) entry.prepared()));
        List<Search> searches = model.gallery()
                .identify(
                        probes.stream().map(each -> each.embeddings().get(0)).toList(),
                        probes.stream().map(SearchAhead::candidates).toList());
        long nanos = nanoTime.getAsLong();
        for (int i = 0; i < ahead.size(); i++) {
            ahead.get(i).prepared(probes.get(i + 1).with(new Found(searches.get(i + 1), nanos)));
        }
        return probe.with(new Found(searches.get(0), nanos));
    }

    /** Probes of one pass: at least one. */
    private long most(ServingModel model) {
        long each = (long) model.gallery().size() * model.matchFunction().length();
        return Math.max(1, work / Math.max(1, each));
    }

    private boolean waits(ServingModel model, EmbeddedProbe probe) {
        Found found = probe.found();
        return probe.probe().getTask() instanceof Identify
                && !model.domain().refuses(probe.cause())
                && (found == null || nanoTime.getAsLong() - found.nanos() > FRESH_NANOS);
    }

    private static int candidates(EmbeddedProbe probe) {
        return ((Identify) probe.probe().getTask()).getCandidates();
    }
}
