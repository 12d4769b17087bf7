package io.twinstream.schemas.release;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Says from when which version holds a slot, by the activations of the topic in their order. An activation cancels those of
 * its slot that were asked for before it and would take effect at the same time or later. Immutable.
 */
public final class Timeline {
    public static final Timeline EMPTY = new Timeline(List.of());

    /**
     * The activations; within a slot they stand in the order of their effect, which is also the order in which they were asked
     * for.
     */
    private final List<Activated> activations;

    private Timeline(List<Activated> activations) {
        this.activations = List.copyOf(activations);
    }

    /**
     * Reads all activations that were committed when this was called.
     *
     * @throws KafkaException if it can't be read to its end
     */
    public static Timeline read(KafkaClients clients, Topics topics) {
        return ModelTopics.readTimeline(clients, topics);
    }

    /** Returns this timeline with the next records of the topic applied; a record that is no activation is passed over. */
    public Timeline with(Iterable<ConsumerRecord<String, byte[]>> records) {
        List<Activated> all = new ArrayList<>(activations);
        ModelTopics.fold(records, "an activation", record -> append(Activated.of(record), all));
        return new Timeline(all);
    }

    /** Returns this timeline with the next activation of the topic applied. */
    public Timeline with(Activated next) {
        List<Activated> all = new ArrayList<>(activations);
        append(next, all);
        return new Timeline(all);
    }

    private static void append(Activated next, List<Activated> all) {
        all.removeIf(earlier ->
                earlier.slot() == next.slot() && !earlier.effectiveAt().isBefore(next.effectiveAt()));
        all.add(next);
    }

    /** Returns the activation that holds for a probe appended at this time; empty before the first. */
    public Optional<Activated> at(ModelSlot slot, Instant appendedAt) {
        for (int i = activations.size() - 1; i >= 0; i--) {
            Activated each = activations.get(i);
            if (each.slot() == slot && !each.effectiveAt().isAfter(appendedAt)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** Returns the version that served before the one that serves at this time; empty if that was the verifiers' own model. */
    public Optional<ModelId> predecessor(Instant time) {
        Optional<ModelId> now = at(ModelSlot.SERVING, time).map(Activated::model);
        for (int i = activations.size() - 1; i >= 0; i--) {
            Activated each = activations.get(i);
            if (each.slot() == ModelSlot.SERVING
                    && !each.effectiveAt().isAfter(time)
                    && !Optional.ofNullable(each.model()).equals(now)) {
                return Optional.ofNullable(each.model());
            }
        }
        return Optional.empty();
    }

    /** Returns the activations that have yet to take effect, soonest first within a slot. */
    public List<Activated> pending(Instant now) {
        return activations.stream()
                .filter(each -> each.effectiveAt().isAfter(now))
                .toList();
    }

    /** Returns all activations that were not cancelled, in the order in which they were asked for. */
    public List<Activated> activations() {
        return activations;
    }
}
