package io.twinstream.verifier.lookahead;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.verifier.lookahead.ProbeReader.ReadProbe;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.standstill.ProbePlace;
import io.twinstream.verifier.tracing.ProbeSpan;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A probe in flight is a probe between its poll and the end of its turn. It has its place, its record, its span, and
 * for each of the two versions that may look at it the state of the look-ahead. What is known ahead is a hint: it is
 * given only to the version that made it, and only for the same bytes. For one thread.
 *
 * <pre>
 *   Polled -&gt; Batched -&gt; Known -&gt; Known, with what a search found
 *                    '-&gt; Late: prepared anew in its turn
 * </pre>
 */
public final class ProbeInFlight {
    /** A state says how far the look-ahead of one slot has come with a probe. */
    private sealed interface State {}

    /** Nobody has looked at the record yet. */
    private record Polled() implements State {
        private static final Polled STATE = new Polled();
    }

    /** The record is read, and its pictures are in the batch at hand. */
    private record Batched(byte @Nullable [] value, ReadProbe reading) implements State {
        Known known(ServingModel by, PreparedProbe prepared) {
            return new Known(by, value, prepared);
        }
    }

    /** The record was in a batch that had no time left for it: it isn't taken ahead of its turn again. */
    private record Late() implements State {
        private static final Late STATE = new Late();
    }

    /** One version has prepared the record, or rejected it. */
    private record Known(ServingModel by, byte @Nullable [] value, PreparedProbe prepared) implements State {
        boolean holds(ServingModel model, byte @Nullable [] other) {
            return by.equals(model) && Arrays.equals(value, other);
        }
    }

    private final TopicPartition partition;
    private final ProbePlace place;
    private final @Nullable ConsumerRecord<byte[], byte[]> polled;
    private final ProbeSpan span;
    private State serving = Polled.STATE;
    private State shadow = Polled.STATE;

    /**
     * Creates a probe that nobody has looked at.
     *
     * @param polled the record as it was polled; null if nobody saw the poll, so that the probe can only be prepared in
     *     its turn
     */
    ProbeInFlight(
            TopicPartition partition, long offset, @Nullable ConsumerRecord<byte[], byte[]> polled, ProbeSpan span) {
        this.partition = partition;
        this.place = new ProbePlace(partition.partition(), offset);
        this.polled = polled;
        this.span = span;
    }

    public ProbePlace place() {
        return place;
    }

    public ProbeSpan span() {
        return span;
    }

    TopicPartition partition() {
        return partition;
    }

    long offset() {
        return place.offset();
    }

    /** Returns whether the record is there as it was polled, and nobody has looked at it yet for this slot. */
    boolean isUntouched(ModelSlot slot) {
        return polled != null && state(slot) instanceof Polled;
    }

    /** Returns the record of an untouched probe, as it was polled. */
    ConsumerRecord<byte[], byte[]> record() {
        return requireNonNull(polled, "nobody saw the poll of this probe");
    }

    /** Notes that the record was read, which took so long, and that its pictures are in a batch now. */
    void batched(ModelSlot slot, byte @Nullable [] value, ReadProbe reading, long tookNanos) {
        set(slot, new Batched(value, reading));
        if (slot == ModelSlot.SERVING) {
            span.decoded(tookNanos);
        }
    }

    /** Returns what was read of a record that is in a batch. */
    ReadProbe reading(ModelSlot slot) {
        return inBatch(slot).reading();
    }

    /** Notes the result for a record whose batch was run. */
    void embedded(ModelSlot slot, ServingModel by, PreparedProbe prepared) {
        set(slot, inBatch(slot).known(by, prepared));
    }

    /** Notes that the batch was run and had no time left for the record. */
    void late(ModelSlot slot) {
        set(slot, Late.STATE);
    }

    /** Notes a result that is known without a batch. */
    void known(ModelSlot slot, ServingModel by, byte @Nullable [] value, PreparedProbe prepared) {
        set(slot, new Known(by, value, prepared));
    }

    /** Returns what this version has prepared of these bytes, or null. */
    @Nullable
    PreparedProbe prepared(ModelSlot slot, ServingModel by, byte @Nullable [] value) {
        return state(slot) instanceof Known known && known.holds(by, value) ? known.prepared() : null;
    }

    /** Returns the embeddings that this version has made of the record, whatever its bytes, or null. */
    PreparedProbe.@Nullable Embedded embeddings(ModelSlot slot, ServingModel by) {
        return state(slot) instanceof Known known
                        && known.by().equals(by)
                        && known.prepared() instanceof PreparedProbe.Embedded embedded
                ? embedded
                : null;
    }

    /** Notes the result of a search ahead of the probe's turn. */
    void found(ModelSlot slot, PreparedProbe.FoundAhead found) {
        if (state(slot) instanceof Known known && known.prepared() instanceof PreparedProbe.Embedded embedded) {
            set(slot, new Known(known.by(), known.value(), embedded.with(found)));
        }
    }

    private Batched inBatch(ModelSlot slot) {
        if (state(slot) instanceof Batched batched) {
            return batched;
        }
        throw new IllegalStateException("the probe %s is in no batch".formatted(place));
    }

    private State state(ModelSlot slot) {
        return slot == ModelSlot.SERVING ? serving : shadow;
    }

    private void set(ModelSlot slot, State state) {
        if (slot == ModelSlot.SERVING) {
            serving = state;
        } else {
            shadow = state;
        }
    }
}
