package io.twinstream.verifier.references;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.kafka.UnusableRecords;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.Position;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.embeddings.EmbeddingFolder;
import io.twinstream.verifier.embeddings.EmbeddingStore;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.inference.ReferenceBatch;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.locate.RegionCut;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.references.UnusableReferences.Unusable;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.settings.Shard;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gallery update applies records of the references topic to a model's gallery, embedding them in batches. The last
 * record of a key counts, and across partitions the one that {@link Position#holdsAgainst} names. A reference that
 * can't be used, or whose picture the model can't judge, is logged, and its key is erased, since the topic says that it
 * was replaced. For one thread.
 */
public final class GalleryUpdate implements TopicFollower.Handler {
    private static final Logger log = LoggerFactory.getLogger(GalleryUpdate.class);
    private static final int BATCH = 32;

    /** The most erasures that are remembered, for records of other partitions that are read later. */
    private static final int MOST_ERASED = 100_000;

    /** An enrolled reference has its record and the SHA-256 of its picture, and of its region where it has one. */
    private record Enrolled(ReferenceKey key, ConsumerRecord<String, byte[]> record, ByteBuffer hash) {
        Position position() {
            return Position.of(record);
        }
    }

    private final ServingModel model;
    private final RecordSerde<Reference> serde = RecordSerde.of(Reference.class);
    private final RegionCut cut;
    private final ImageDecoder decoder;
    private final ReferenceBatch batch;
    private final List<Enrolled> batched = new ArrayList<>();
    private final WorkShare share;
    private final Shard shard;
    private final Supplier<EmbeddingStore> opener;
    private final MessageDigest digest = Sha256.digest();
    private final float[] kept;
    private @Nullable EmbeddingStore store;
    private final UnusableReferences unusable = new UnusableReferences();
    private final Map<String, Position> erased = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Position> eldest) {
            return size() > MOST_ERASED;
        }
    };
    private volatile boolean stopped;
    private volatile long movedNanos = System.nanoTime();
    private long begunNanos;

    /** Creates an update that takes all the time that it can get, keeps no embeddings and holds all shards. */
    public GalleryUpdate(ServingModel model, ImageLimits limits) {
        this(
                model,
                limits,
                new WorkShare(1, 1, () -> false),
                Shard.WHOLE,
                () -> new EmbeddingFolder("").open("", model.embedder().embeddingLength()));
    }

    /**
     * Creates an update.
     *
     * @param shard the shard whose references are applied; others are passed over
     * @param store opens the store of the model's embeddings when it is first needed
     */
    public GalleryUpdate(
            ServingModel model, ImageLimits limits, WorkShare share, Shard shard, Supplier<EmbeddingStore> store) {
        this.share = share;
        this.shard = shard;
        this.opener = store;
        this.kept = new float[model.embedder().embeddingLength()];
        this.model = model;
        this.decoder = ImageDecoder.overwriting(limits);
        this.batch = model.embedder().newReferenceBatch(BATCH);
        this.cut = model.embedder().newCut();
    }

    /** Returns the references that the model can't use. Safe for many threads. */
    public UnusableReferences unusable() {
        return unusable;
    }

    /** Applies the records in order. */
    @Override
    public void apply(ConsumerRecords<String, byte[]> records) {
        apply((Iterable<ConsumerRecord<String, byte[]>>) records);
    }

    /** Applies the records in order. */
    public void apply(Iterable<ConsumerRecord<String, byte[]>> records) {
        begunNanos = System.nanoTime();
        Map<String, ConsumerRecord<String, byte[]>> last = new LinkedHashMap<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            String key = name(record);
            if (shard.holds(ReferenceKey.subject(key)) && !isOutdated(key, record)) {
                last.merge(
                        key, record, (one, other) -> Position.of(one).holdsAgainst(Position.of(other)) ? one : other);
            }
        }
        // Erasures go first, since they must not wait for the embedding of others.
        last.values().stream().filter(record -> record.value() == null).forEach(this::apply);
        last.values().stream()
                .takeWhile(record -> !stopped)
                .filter(record -> record.value() != null)
                .forEach(this::apply);
        flush();
    }

    /** Returns whether a record of another partition, read before, holds against this one of the same key. */
    private boolean isOutdated(String key, ConsumerRecord<String, byte[]> record) {
        Position position = Position.of(record);
        Position erasure = erased.get(key);
        if (erasure != null) {
            return erasure.holdsAgainst(position);
        }
        try {
            return model.gallery()
                    .position(ReferenceKey.parse(key))
                    .filter(enrolled -> enrolled.holdsAgainst(position))
                    .isPresent();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Returns the record's key composed (Unicode NFC). A key that is written in both forms is one reference, whose
     * youngest record holds.
     */
    private static String name(ConsumerRecord<String, byte[]> record) {
        return Ids.normal(String.valueOf(record.key()));
    }

    private void apply(ConsumerRecord<String, byte[]> record) {
        movedNanos = System.nanoTime();
        unusable.remove(ForeignText.value(name(record)));
        erased.remove(name(record));
        try {
            ReferenceKey key = ReferenceKey.parse(name(record));
            Reference reference = record.value() == null ? null : read(key, record);
            if (reference == null) {
                erase(key, Position.of(record));
                return;
            }
            key.requireIds();
            Enrolled enrolled = new Enrolled(key, record, hash(reference));
            if (!readBack(enrolled)) {
                embedLater(enrolled, reference);
            }
        } catch (IllegalArgumentException e) {
            if (record.value() != null) {
                unusable(record, UnusableReferences.NOT_A_REFERENCE, e.getMessage());
            }
        }
    }

    /** Returns what the embedding of a reference follows from: its picture, and the region that came with it. */
    private ByteBuffer hash(Reference reference) {
        byte[] ofImage = digest.digest(RecordSerde.content(reference.getImage()));
        io.twinstream.schemas.record.Region given = reference.getRegion();
        if (given == null) {
            return ByteBuffer.wrap(ofImage);
        }
        ByteBuffer places = ByteBuffer.allocate((4 + 2 * given.getPoints().size()) * Float.BYTES)
                .putFloat(given.getX())
                .putFloat(given.getY())
                .putFloat(given.getWidth())
                .putFloat(given.getHeight());
        given.getPoints().forEach(point -> places.putFloat(point.getX()).putFloat(point.getY()));
        digest.update(ofImage);
        return ByteBuffer.wrap(digest.digest(places.array()));
    }

    private void embedLater(Enrolled enrolled, Reference reference) {
        io.twinstream.schemas.record.Region given = reference.getRegion();
        byte[] image = RecordSerde.content(reference.getImage());
        Decoded decoded = model.embedder().decode(decoder, image, given != null);
        if (decoded instanceof Undecodable undecodable) {
            unusable(enrolled.record(), undecodable.fault().name(), undecodable.reason());
            erase(enrolled.key(), enrolled.position());
            return;
        }
        Picture picture = (Picture) decoded;
        String fault = given == null ? null : cut.fault(picture, given);
        if (fault != null) {
            unusable(enrolled.record(), UnusableReferences.BAD_REGION, fault);
            erase(enrolled.key(), enrolled.position());
        } else if (!stopped) {
            if (given == null) {
                batch.add(picture);
            } else {
                batch.add(picture, Region.of(given));
            }
            batched.add(enrolled);
            if (batch.free() == 0) {
                flush();
            }
        }
    }

    private @Nullable Reference read(ReferenceKey key, ConsumerRecord<String, byte[]> record) {
        try {
            Reference reference = serde.decode(record.value());
            if (!key.subjectId().equals(Ids.normal(reference.getSubjectId()))
                    || !key.referenceId().equals(Ids.normal(reference.getReferenceId()))) {
                unusable(record, UnusableReferences.NOT_A_REFERENCE, "its key names another reference");
                return null;
            }
            return reference;
        } catch (SerializationException e) {
            unusable(record, UnusableReferences.NOT_A_REFERENCE, e.getMessage());
            return null;
        }
    }

    @Override
    public OptionalLong movedNanos() {
        return OptionalLong.of(movedNanos);
    }

    /** Ends the first build: all references are enrolled, so embeddings that are kept for others are erased. */
    @Override
    public synchronized void caughtUp() {
        if (!stopped) {
            store().complete();
            tellWhatIsMissing();
        }
    }

    /**
     * Ends the use of the model: when this returns no batch runs, and none will. It waits for a batch no longer than
     * for the node of the graph that runs. Any thread may call this.
     */
    public void stop() {
        stopped = true;
        batch.cancel();
        synchronized (this) {
            if (store != null) {
                store.close();
            }
        }
    }

    private synchronized EmbeddingStore store() {
        if (store == null) {
            store = opener.get();
        }
        return store;
    }

    /** Enrols a reference with the embedding that is kept for its picture, and returns false if none is. */
    private synchronized boolean readBack(Enrolled enrolled) {
        if (stopped) {
            return true;
        }
        int place = store().claim(enrolled.hash().array(), kept);
        if (place == EmbeddingStore.NONE) {
            return false;
        }
        enrol(enrolled, kept, place);
        return true;
    }

    private void enrol(Enrolled enrolled, float[] embedding, int place) {
        int before = model.gallery().place(enrolled.key());
        model.gallery().put(enrolled.key(), embedding, enrolled.position(), place);
        store().erase(before);
    }

    private synchronized void erase(ReferenceKey key, Position position) {
        erased.put(key.name(), position);
        int place = model.gallery().place(key);
        model.gallery().erase(key);
        if (!stopped) {
            store().erase(place);
        }
    }

    private synchronized void embed() {
        if (!stopped) {
            Embeddings embeddings = batch.runEach();
            for (int i = 0; i < embeddings.size(); i++) {
                if (embeddings.isAmbiguous(i)) {
                    refuseSeveral(batched.get(i), embeddings.regions(i));
                } else {
                    keep(batched.get(i), embeddings.get(i), embeddings.cause(i), embeddings.isStuck(i));
                }
            }
            batched.clear();
        }
    }

    /**
     * Enrols a reference with its embedding. It is unusable instead if the model can't judge its picture or stands
     * still on it, and left alone if the update was stopped before it had an embedding.
     */
    private synchronized void keep(
            Enrolled enrolled, float @Nullable [] embedding, @Nullable UndecidedCause cause, boolean stuck) {
        if (cause != null && model.domain().refuses(cause)) {
            unusable(enrolled.record(), cause.name(), fault(cause));
            erase(enrolled.key(), enrolled.position());
        } else if (embedding != null) {
            enrol(enrolled, embedding, store().keep(enrolled.hash().array(), embedding));
        } else if (stuck) {
            unusable(enrolled.record(), DeadLetterHeaders.STUCK, "the model stood still on its image twice");
            erase(enrolled.key(), enrolled.position());
        }
    }

    private synchronized void refuseSeveral(Enrolled enrolled, List<Region> found) {
        unusable(
                enrolled.record(),
                UnusableReferences.SEVERAL_FOUND,
                "it shows two things of like size, the second with %.0f %% of the first one's area: cut it to the one that is meant, or send that one's region"
                        .formatted(100 * found.get(1).area() / found.get(0).area()));
        erase(enrolled.key(), enrolled.position());
    }

    private void flush() {
        embed();
        movedNanos = System.nanoTime();
        share.worked(System.nanoTime() - begunNanos);
        begunNanos = System.nanoTime();
    }

    private String fault(UndecidedCause cause) {
        return switch (cause) {
            case BLANK -> "its picture has no contrast";
            case NOTHING_FOUND -> "%s finds nothing in its picture".formatted(name());
            default -> "its picture is of another kind than %s was trained for".formatted(name());
        };
    }

    private String name() {
        return model.manifest().name() + "/" + model.manifest().version();
    }

    /** Logs, once the gallery is built, how many references can't be used. */
    private void tellWhatIsMissing() {
        UnusableReferences.Count count = unusable.count();
        int all = count.all() + model.gallery().size();
        int out = count.byReason().getOrDefault(UndecidedCause.OUT_OF_DOMAIN.name(), 0);
        if (out > 0) {
            log.warn("{}", DomainRule.advice(out, all, "references", name()));
        }
        if (count.all() > out) {
            log.warn("{} can't use {} of {} references, by reason: {}", name(), count.all(), all, count.byReason());
        }
    }

    private void unusable(ConsumerRecord<String, byte[]> record, String reason, @Nullable String message) {
        unusable.put(new Unusable(ForeignText.value(name(record)), reason, ForeignText.line(message)));
        UnusableRecords.RECORDS.tell(log, record, "a reference", reason + ": " + message);
    }

    /**
     * A work share bounds which share of the machine's processors a piece of background work takes, by pausing after
     * each part of it.
     */
    public static final class WorkShare {
        private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

        private final double pausePerWork;
        private final BooleanSupplier bounded;

        /**
         * Creates the share of a work that one thread does.
         *
         * @param share the share of all processors, above 0 and at most 1
         * @param bounded returns false while the work may take all that it can get
         */
        public WorkShare(double share, int processors, BooleanSupplier bounded) {
            this.pausePerWork = Math.max(0, 1 / (share * processors) - 1);
            this.bounded = bounded;
        }

        /** Pauses in proportion to the work that was just done; an interrupt ends the pause. */
        void worked(long nanos) {
            if (bounded.getAsBoolean()) {
                long until = System.nanoTime() + pause(nanos);
                while (until > System.nanoTime() && !Thread.currentThread().isInterrupted()) {
                    LockSupport.parkNanos(until - System.nanoTime());
                }
            }
        }

        long pause(long workNanos) {
            return Math.min((long) (workNanos * pausePerWork), LONGEST_PAUSE_NANOS);
        }
    }
}
