package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.lookahead.PreparedProbe.EmbeddedRegion;
import io.twinstream.verifier.lookahead.ProbeReader.ReadProbe;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.standstill.ProbePlace;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.standstill.ThreadActivity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * A look-ahead embeds a probe together with those that are known to follow it, for one slot on one stream thread. A
 * call costs at most one batch, starts no read after a second, and holds no record back: answers are the same with and
 * without it, only sooner. A batch is of one version; probes of another version wait for a batch of their own. A record
 * whose images make the model stand still, in the batch and alone, is rejected, and those beside it aren't. It is for
 * the thread whose probes it has.
 */
public final class LookAhead {
    /**
     * This is the time after which no further image is read: one of the largest size takes most of a second, and a batch of
     * them would outlast the transaction.
     */
    private static final long READING_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * This is the time after which no further run of a batch begins: with two more runs of the record's own, that is what a
     * transaction has left.
     */
    private static final long EMBEDDING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int REMEMBERED = 1_000;

    /** A stuck record is one that a version stood still on, by the manifest's SHA-256 and the record's place. */
    private record Stuck(String sha256, ProbePlace place) {}

    /** A version batch has the reader and the batch of one version. */
    private record VersionBatch(ServingModel model, ProbeReader reader, EmbedBatch images) {}

    private final ModelSlot slot;
    private final ProbesInFlight probes;
    private final ImageLimits limits;
    private final int batchMax;
    private final Deserializer<byte[]> values;
    private final LookAheads.Statistics statistics;
    private final EmbedBatch.Buffers buffers = new EmbedBatch.Buffers();
    private final SearchAhead searches;
    private final List<ProbeInFlight> batched = new ArrayList<>();
    /**
     * Holds the records that versions stood still on lately. They come again, since their transaction was given up, and
     * aren't run again.
     */
    private final Set<Stuck> stuck = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Stuck, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    private final ProbeMetrics metrics;
    private final ThreadActivity activity;
    private final Standstills standstills;
    private final LongSupplier nanoTime;
    private @Nullable VersionBatch last;
    private long startNanos;

    LookAhead(
            ModelSlot slot,
            ProbesInFlight probes,
            ImageLimits limits,
            int batchMax,
            Deserializer<byte[]> values,
            LookAheads.Statistics statistics,
            ProbeMetrics metrics,
            ThreadActivity activity,
            Standstills standstills,
            LongSupplier nanoTime) {
        this.slot = slot;
        this.probes = probes;
        this.limits = limits;
        this.batchMax = batchMax;
        this.values = values;
        this.statistics = statistics;
        this.metrics = metrics;
        this.activity = activity;
        this.standstills = standstills;
        this.nanoTime = nanoTime;
        this.searches = new SearchAhead(slot, probes, nanoTime);
    }

    /**
     * Returns the embeddings of a probe's images by a version, or why there are none.
     *
     * @param version the version that judges this probe
     * @param value the value of the probe's record, as Streams has it
     */
    public PreparedProbe prepare(ModelLease version, ProbeInFlight probe, byte @Nullable [] value) {
        ServingModel model = version.model();
        PreparedProbe known = probe.prepared(slot, model, value);
        statistics.probe(known != null);
        if (known != null) {
            return known;
        }
        startNanos = nanoTime.getAsLong();
        VersionBatch batch = batch(model);
        add(batch, probe, value);
        // A probe that a thread stood still on goes alone and in its turn, lest others be taken for the cause.
        if (standstills.times(probe.place()) == 0) {
            probes.offer(
                    slot,
                    probe.partition(),
                    next -> version.holdsAt(AppendTime.of(next.record())) && standstills.times(next.place()) == 0,
                    next -> tryAdd(batch, next));
        }
        embed(batch);
        PreparedProbe own = probe.prepared(slot, model, value);
        if (own == null) {
            throw new IllegalStateException("a batch has lost the record that it was made for");
        }
        return own;
    }

    /**
     * Returns the probe with what the gallery holds for it, if it asks for an identification. Those that are prepared
     * to follow it are searched for together with it, up to half a second's work.
     *
     * @param model the model that prepared the probe
     */
    public PreparedProbe.Embedded searched(ServingModel model, ProbeInFlight probe, PreparedProbe.Embedded embedded) {
        return searches.searched(model, probe, embedded);
    }

    private VersionBatch batch(ServingModel model) {
        if (last == null || !last.model().equals(model)) {
            last = new VersionBatch(
                    model,
                    new ProbeReader(
                            limits,
                            model.embedder().input(),
                            model.embedder().locates(),
                            model.embedder().newCut()),
                    // The last probe may be a pair; without room for its second image the batch would run in many small
                    // buckets.
                    model.embedder().newBatch(batchMax + 1, model.mostRegions(), buffers));
        }
        return last;
    }

    /** Takes a probe into the batch, unless its images, two at most, may not fit or reading has taken too long. */
    private boolean tryAdd(VersionBatch batch, ProbeInFlight probe) {
        if (batch.images().free() < 2 || nanoTime.getAsLong() - startNanos > READING_NANOS) {
            return false;
        }
        ConsumerRecord<byte[], byte[]> record = probe.record();
        add(batch, probe, values.deserialize(record.topic(), record.headers(), record.value()));
        return true;
    }

    private void add(VersionBatch batch, ProbeInFlight probe, byte @Nullable [] value) {
        ServingModel model = batch.model();
        if (!stuck.isEmpty() && stuck.contains(new Stuck(model.sha256(), probe.place()))) {
            probe.known(slot, model, value, stoodStill(model));
            return;
        }
        activity.workingOn(probe.place());
        long start = nanoTime.getAsLong();
        ReadProbe reading = batch.reader().read(value);
        reading.addTo(batch.images());
        long took = nanoTime.getAsLong() - start;
        metrics.decoded(took);
        probe.batched(slot, value, reading, took);
        batched.add(probe);
    }

    private void embed(VersionBatch batch) {
        if (batched.isEmpty()) {
            return;
        }
        List<ProbeInFlight> together = List.copyOf(batched);
        batched.clear();
        activity.workingOn(together.stream().map(ProbeInFlight::place).toList());
        long start = nanoTime.getAsLong();
        Embeddings embeddings =
                batch.images().runEach(together.get(0).reading(slot).pictures().size(), EMBEDDING_NANOS);
        long took = nanoTime.getAsLong() - start;
        if (embeddings.count() > 0) {
            statistics.batch(embeddings.count());
            metrics.embedded(took, embeddings.count());
        }
        int next = 0;
        for (ProbeInFlight probe : together) {
            int images = probe.reading(slot).pictures().size();
            keep(batch.model(), probe, embeddings, next);
            next += images;
            if (images > 0 && slot == ModelSlot.SERVING) {
                probe.span().embedded(took, embeddings.count());
            }
        }
    }

    /** Keeps the result for a probe; a probe without one is prepared anew when its turn comes. */
    private void keep(ServingModel model, ProbeInFlight probe, Embeddings embeddings, int first) {
        ReadProbe reading = probe.reading(slot);
        List<float[]> own = new ArrayList<>(2);
        for (int image = first; image < first + reading.pictures().size(); image++) {
            float[] embedding = embeddings.get(image);
            if (embeddings.isStuck(image)) {
                stuck.add(new Stuck(model.sha256(), probe.place()));
                probe.embedded(slot, model, stoodStill(model));
                return;
            }
            if (embedding == null && embeddings.cause(image) == null) {
                probe.late(slot);
                return;
            }
            if (embedding != null) {
                own.add(embedding);
            }
        }
        UndecidedCause cause =
                embeddings.cause(first, first + reading.pictures().size());
        probe.embedded(
                slot, model, reading.prepared(own, cause, own.isEmpty() ? List.of() : regions(embeddings, first)));
    }

    /** Returns the regions of the probe's own picture that were embedded; none where the whole picture was. */
    private static List<EmbeddedRegion> regions(Embeddings embeddings, int image) {
        List<Region> found = embeddings.regions(image);
        if (found.isEmpty()) {
            return List.of();
        }
        List<float[]> vectors = embeddings.all(image);
        List<EmbeddedRegion> regions = new ArrayList<>(vectors.size());
        for (int i = 0; i < vectors.size(); i++) {
            regions.add(new EmbeddedRegion(found.get(i), vectors.get(i), embeddings.causeOf(image, i)));
        }
        return regions;
    }

    private static PreparedProbe.Rejected stoodStill(ServingModel model) {
        return new PreparedProbe.Rejected(
                DeadLetterHeaders.STUCK,
                "%s/%s stood still on its image twice"
                        .formatted(model.manifest().name(), model.manifest().version()));
    }
}
