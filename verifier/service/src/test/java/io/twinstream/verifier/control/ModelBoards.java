package io.twinstream.verifier.control;

import io.twinstream.schemas.kafka.TopicUnreadException;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.release.ModelStates;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import io.twinstream.schemas.release.ModelTopics.Unread;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.release.Timeline;
import io.twinstream.schemas.serde.RecordSerde;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Boards are put together for tests from what is published, what serves and what verifiers report. The time is noon.
 */
final class ModelBoards {
    static final Instant NOON = Instant.parse("2024-02-29T12:00:00Z");
    static final ModelId ONE = new ModelId("letters", "1");
    static final ModelId TWO = new ModelId("letters", "2");
    static final ModelId THREE = new ModelId("letters", "3");
    static final ModelId OWN = new ModelId("compact", "1");

    private PublishedModels published = PublishedModels.NONE;
    private final List<InstanceState> states = new ArrayList<>();
    private Timeline timeline = Timeline.EMPTY;
    private Unread unread = Unread.NONE;
    private long offset;

    ModelBoards published(ModelId... models) {
        for (ModelId each : models) {
            ModelRelease release = ModelRelease.newBuilder()
                    .setName(each.name())
                    .setVersion(each.version())
                    .setManifest(ByteBuffer.wrap("{\"format\": 99}".getBytes()))
                    .setPackageSha256("ab".repeat(32))
                    .setPackageBytes(1)
                    .setChunkBytes(1)
                    .setChunkCount(1)
                    .setChunkPartition(0)
                    .setFirstOffset(0)
                    .setLastOffset(0)
                    .setPublishedAt(NOON)
                    .setDecision("passed")
                    .build();
            published = published.with(List.of(new ConsumerRecord<>(
                    "releases",
                    0,
                    offset++,
                    each.toString(),
                    RecordSerde.of(ModelRelease.class).encode(release))));
        }
        return this;
    }

    ModelBoards reported(String instance, ModelId model, VersionState state) {
        states.add(new InstanceState(
                instance,
                model,
                null,
                state,
                state == VersionState.REFUSED ? "the model fails its self-test" : null,
                3,
                0,
                List.of(),
                NOON,
                Optional.empty()));
        return this;
    }

    /** Lets a version serve from a time on, by an activation that was asked for with the shortest notice. */
    ModelBoards serving(ModelId model, long secondsFromNoon) {
        return activated(ModelSlot.SERVING, model, secondsFromNoon);
    }

    ModelBoards activated(ModelSlot slot, ModelId model, long secondsFromNoon) {
        Instant effect = NOON.plusSeconds(secondsFromNoon);
        timeline = timeline.with(
                new Activated(slot, model, effect.minus(Activated.NOTICE), offset++, effect, "a test", "Zoë@desk"));
        return this;
    }

    /** Lets an open transaction hold what verifiers have reported last. */
    ModelBoards heldStates() {
        unread = new Unread(
                Optional.empty(),
                Optional.of(TopicUnreadException.held("the states could not be read", Optional.of("abort it"))));
        return this;
    }

    ModelBoard board() {
        return new ModelBoard(published, timeline, ModelStates.of(states), NOON, unread);
    }
}
