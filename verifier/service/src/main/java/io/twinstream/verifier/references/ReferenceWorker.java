package io.twinstream.verifier.references;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.embeddings.EmbeddingStore;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.inference.ReferenceBatch;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.locate.RegionCut;
import io.twinstream.verifier.model.ServingModel;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * A reference worker brings a slice of references to their embeddings: it reads their records, takes the embeddings that
 * are kept for their pictures, and decodes and embeds the others together. It changes neither gallery nor list of
 * unusable references. One thread at a time works; any thread may end it.
 */
final class ReferenceWorker {
    /** The most references of a slice, which are one batch unless they have several views. */
    static final int SLICE = 32;

    /** A keyed record has a key that is a reference's, and bytes. */
    record KeyedRecord(ReferenceKey key, ConsumerRecord<String, byte[]> record) {}

    /** An outcome says what a reference has come to. */
    sealed interface Outcome permits Embedded, Refused, Left {}

    /**
     * The reference has an embedding.
     *
     * @param hash what the embedding follows from, as the store of embeddings knows it
     * @param folded the folded embedding
     * @param place the place where the embedding is kept already, or {@link EmbeddingStore#NONE}
     */
    record Embedded(byte[] hash, float[] folded, int place) implements Outcome {}

    /** The reference can't be used, for a reason in one word and in one line. */
    record Refused(String reason, @Nullable String message) implements Outcome {}

    /** The worker was ended before it was done with the reference. */
    record Left() implements Outcome {}

    private final ServingModel model;
    private final Supplier<@Nullable EmbeddingStore> store;
    private final Runnable moved;
    private final RecordSerde<Reference> serde = RecordSerde.of(Reference.class);
    private final MessageDigest digest = Sha256.digest();
    private final ImageDecoder decoder;
    private final RegionCut cut;
    private final ReferenceBatch batch;

    /** A waiting reference is in the batch: the number that it has in the slice, and what its embedding follows from. */
    private record Waiting(int number, byte[] hash) {}

    private final List<Waiting> waiting = new ArrayList<>();
    private float[] kept;
    private volatile boolean cancelled;

    @GuardedBy("this")
    private boolean ended;

    /**
     * Creates a worker with a batch of its own.
     *
     * @param store returns the store of the model's embeddings, or null once it is closed
     * @param moved is called whenever the worker has made progress
     */
    ReferenceWorker(ServingModel model, ImageLimits limits, Supplier<@Nullable EmbeddingStore> store, Runnable moved) {
        this.model = model;
        this.store = store;
        this.moved = moved;
        this.decoder = ImageDecoder.overwriting(limits);
        this.cut = model.embedder().newCut();
        this.batch = model.embedder().newReferenceBatch(SLICE);
        this.kept = new float[model.matchFunction().foldedLength()];
    }

    /** Returns what the references of a slice have come to, in their order. */
    List<Outcome> work(List<KeyedRecord> slice) {
        List<Outcome> outcomes = left(slice);
        EmbeddingStore open = store.get();
        for (int number = 0; number < slice.size() && !cancelled; number++) {
            moved.run();
            Outcome known = begin(slice.get(number), number, open);
            if (known != null) {
                outcomes.set(number, known);
            } else if (batch.free() == 0) {
                embed(outcomes);
            }
        }
        embed(outcomes);
        moved.run();
        return outcomes;
    }

    /** Returns a slice's outcomes where no worker has begun it. */
    static List<Outcome> left(List<KeyedRecord> slice) {
        return new ArrayList<>(Collections.nCopies(slice.size(), new Left()));
    }

    /** Returns what a reference has come to, or null if it waits in the batch. */
    private @Nullable Outcome begin(KeyedRecord keyed, int number, @Nullable EmbeddingStore open) {
        try {
            Reference reference = serde.decode(keyed.record().value());
            if (!keyed.key().subjectId().equals(Ids.normal(reference.getSubjectId()))
                    || !keyed.key().referenceId().equals(Ids.normal(reference.getReferenceId()))) {
                return new Refused(UnusableReferences.NOT_A_REFERENCE, "its key names another reference");
            }
            keyed.key().requireIds();
            byte[] hash = hash(reference);
            Outcome readBack = readBack(hash, open);
            return readBack == null ? decode(reference, hash, number) : readBack;
        } catch (SerializationException | IllegalArgumentException e) {
            return new Refused(UnusableReferences.NOT_A_REFERENCE, e.getMessage());
        }
    }

    /** Returns what the embedding of a reference follows from: its picture, and the region that came with it. */
    private byte[] hash(Reference reference) {
        byte[] ofImage = digest.digest(RecordSerde.content(reference.getImage()));
        io.twinstream.schemas.record.Region given = reference.getRegion();
        if (given == null) {
            return ofImage;
        }
        ByteBuffer places = ByteBuffer.allocate((4 + 2 * given.getPoints().size()) * Float.BYTES)
                .putFloat(given.getX())
                .putFloat(given.getY())
                .putFloat(given.getWidth())
                .putFloat(given.getHeight());
        given.getPoints().forEach(point -> places.putFloat(point.getX()).putFloat(point.getY()));
        digest.update(ofImage);
        return digest.digest(places.array());
    }

    /** Returns the embedding that is kept for a picture, or null if none is. */
    private @Nullable Outcome readBack(byte[] hash, @Nullable EmbeddingStore open) {
        int place = open == null ? EmbeddingStore.NONE : open.claim(hash, kept);
        if (place == EmbeddingStore.NONE) {
            return null;
        }
        float[] folded = kept;
        kept = new float[folded.length];
        return new Embedded(hash, folded, place);
    }

    /** Returns why a reference can't be used, or puts its picture into the batch and returns null. */
    private @Nullable Outcome decode(Reference reference, byte[] hash, int number) {
        io.twinstream.schemas.record.Region given = reference.getRegion();
        byte[] image = RecordSerde.content(reference.getImage());
        Decoded decoded = model.embedder().decode(decoder, image, given != null);
        if (decoded instanceof Undecodable undecodable) {
            return new Refused(undecodable.fault().name(), undecodable.reason());
        }
        Picture picture = (Picture) decoded;
        String fault = given == null ? null : cut.fault(picture, given);
        if (fault != null) {
            return new Refused(UnusableReferences.BAD_REGION, fault);
        }
        add(picture, given);
        waiting.add(new Waiting(number, hash));
        return null;
    }

    private synchronized void add(Picture picture, io.twinstream.schemas.record.@Nullable Region given) {
        if (ended) {
            return;
        }
        // What waits may be located already here, by a run of the model.
        if (given == null) {
            batch.add(picture);
        } else {
            batch.add(picture, Region.of(given));
        }
    }

    private synchronized void embed(List<Outcome> outcomes) {
        if (!ended && !waiting.isEmpty()) {
            Embeddings embeddings = batch.runEach();
            for (int image = 0; image < embeddings.size(); image++) {
                Waiting each = waiting.get(image);
                outcomes.set(each.number(), outcome(embeddings, image, each.hash()));
            }
        }
        waiting.clear();
    }

    /**
     * Returns an embedding. A reference is unusable instead if the model can't judge its picture or stands still on it,
     * and left alone if the worker was ended before there was an embedding.
     */
    private Outcome outcome(Embeddings embeddings, int image, byte[] hash) {
        if (embeddings.isAmbiguous(image)) {
            List<Region> found = embeddings.regions(image);
            return new Refused(
                    UnusableReferences.SEVERAL_FOUND,
                    "it shows two things of like size, the second with %.0f %% of the first one's area: cut it to the one that is meant, or send that one's region"
                            .formatted(100 * found.get(1).area() / found.get(0).area()));
        }
        UndecidedCause cause = embeddings.cause(image);
        if (cause != null && model.domain().refuses(cause)) {
            return new Refused(cause.name(), fault(cause));
        }
        float[] embedding = embeddings.get(image);
        if (embedding != null) {
            return new Embedded(hash, model.matchFunction().fold(embedding), EmbeddingStore.NONE);
        }
        return embeddings.isStuck(image)
                ? new Refused(DeadLetterHeaders.STUCK, "the model stood still on its image twice")
                : new Left();
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

    /** Ends the run of the model that is under way, and every later one, at once. */
    void cancel() {
        cancelled = true;
        batch.cancel();
    }

    /**
     * Ends the worker: when this returns it doesn't run the model, and never will. It waits for a run that was cancelled
     * no longer than for the node of the graph.
     */
    synchronized void end() {
        ended = true;
    }
}
