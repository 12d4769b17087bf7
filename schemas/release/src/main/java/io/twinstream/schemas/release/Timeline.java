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
 * Which version holds a slot from when, as the activations of the topic say in their order. An activation cancels those
 * of its slot that were asked for before it and would take effect at the same time or later. Immutable.
 */
public final class Timeline {
    public static final Timeline EMPTY = new Timeline(List.of());

    /** Within a slot in the order of their effect, which is also the order in which they were asked for. */
    private final List<Activated> activations;

    private Timeline(List<Activated> activations) {
        this.activations = List.copyOf(activations);
    }

    /**
     * Reads the topic, all that was committed when this was called.
     *
     * @throws KafkaException if it can't be read to its end
     */
    public static Timeline read(KafkaClients clients, Topics topics) {
        return ModelTopics.readTimeline(clients, topics);
    }

    /** This timeline and the next records of the topic; what is no activation is passed over. */
    public Timeline with(Iterable<ConsumerRecord<String, byte[]>> records) {
        List<Activated> all = new ArrayList<>(activations);
        ModelTopics.fold(records, "an activation", record -> append(Activated.of(record), all));
        return new Timeline(all);
    }

    /** This timeline and the next activation of the topic. */
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

    /** The activation that holds for a probe appended at this time; empty before the first. */
    public Optional<Activated> at(ModelSlot slot, Instant appendedAt) {
        for (int i = activations.size() - 1; i >= 0; i--) {
            Activated each = activations.get(i);
            if (each.slot() == slot && !each.effectiveAt().isAfter(appendedAt)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** The version that served before the one that serves at this time; empty if that was the verifiers' own model. */
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

    /** What has yet to take effect, soonest first within a slot. */
    public List<Activated> pending(Instant now) {
        return activations.stream()
                .filter(each -> each.effectiveAt().isAfter(now))
                .toList();
    }

    /** All that was not cancelled, in the order in which it was asked for. */
    public List<Activated> activations() {
        return activations;
    }
}
