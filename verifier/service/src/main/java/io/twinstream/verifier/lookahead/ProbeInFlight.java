package io.twinstream.verifier.lookahead;

import static java.util.Objects.requireNonNull;

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
    /** A role is one of the two versions that a probe may be prepared for. */
    enum Role {
        /** This is the role of the version whose verdict counts. */
        SERVING,
        /** This is the role of the version that scores beside it. */
        SHADOW
    }

    /** A state says how far the look-ahead of one role has come with a probe. */
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

    /** Returns whether the record is there as it was polled, and nobody has looked at it yet for this role. */
    boolean isUntouched(Role role) {
        return polled != null && state(role) instanceof Polled;
    }

    /** Returns the record of an untouched probe, as it was polled. */
    ConsumerRecord<byte[], byte[]> record() {
        return requireNonNull(polled, "nobody saw the poll of this probe");
    }

    /** Notes that the record was read, which took so long, and that its pictures are in a batch now. */
    void batched(Role role, byte @Nullable [] value, ReadProbe reading, long tookNanos) {
        set(role, new Batched(value, reading));
        if (role == Role.SERVING) {
            span.decoded(tookNanos);
        }
    }

    /** Returns what was read of a record that is in a batch. */
    ReadProbe reading(Role role) {
        return inBatch(role).reading();
    }

    /** Notes the result for a record whose batch was run. */
    void embedded(Role role, ServingModel by, PreparedProbe prepared) {
        set(role, inBatch(role).known(by, prepared));
    }

    /** Notes that the batch was run and had no time left for the record. */
    void late(Role role) {
        set(role, Late.STATE);
    }

    /** Notes a result that is known without a batch. */
    void known(Role role, ServingModel by, byte @Nullable [] value, PreparedProbe prepared) {
        set(role, new Known(by, value, prepared));
    }

    /** Returns what this version has prepared of these bytes, or null. */
    @Nullable
    PreparedProbe prepared(Role role, ServingModel by, byte @Nullable [] value) {
        return state(role) instanceof Known known && known.holds(by, value) ? known.prepared() : null;
    }

    /** Returns the embeddings that this version has made of the record, whatever its bytes, or null. */
    PreparedProbe.@Nullable Embedded embeddings(Role role, ServingModel by) {
        return state(role) instanceof Known known
                        && known.by().equals(by)
                        && known.prepared() instanceof PreparedProbe.Embedded embedded
                ? embedded
                : null;
    }

    /** Notes the result of a search ahead of the probe's turn. */
    void found(Role role, PreparedProbe.FoundAhead found) {
        if (state(role) instanceof Known known && known.prepared() instanceof PreparedProbe.Embedded embedded) {
            set(role, new Known(known.by(), known.value(), embedded.with(found)));
        }
    }

    private Batched inBatch(Role role) {
        if (state(role) instanceof Batched batched) {
            return batched;
        }
        throw new IllegalStateException("the probe %s is in no batch".formatted(place));
    }

    private State state(Role role) {
        return role == Role.SERVING ? serving : shadow;
    }

    private void set(Role role, State state) {
        if (role == Role.SERVING) {
            serving = state;
        } else {
            shadow = state;
        }
    }
}
