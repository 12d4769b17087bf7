package io.twinstream.schemas.release;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublishedModelsTest {
    private static final ModelId ONE = new ModelId("letters", "1");
    private static final ModelId TWO = new ModelId("letters", "2");

    private final List<ConsumerRecord<String, byte[]>> topic = new ArrayList<>();

    @Test
    void theOrderIsTheSameWhetherOrNotTheTopicWasCompacted() {
        append(ONE, ONE);
        append(TWO, TWO);
        append(ONE, ONE);

        PublishedModels whole = PublishedModels.NONE.with(topic);
        PublishedModels compacted = PublishedModels.NONE.with(topic.subList(1, 3));

        assertEquals(List.of(TWO, ONE), List.copyOf(whole.ids()));
        assertEquals(List.copyOf(compacted.ids()), List.copyOf(whole.ids()));
        assertEquals(Optional.of(ONE), whole.newest());
    }

    @Test
    void theOrderIsTheSameWhetherTheTopicIsReadAtOnceOrFollowed() {
        append(ONE, ONE);
        append(TWO, TWO);
        append(ONE, ONE);

        PublishedModels followed = PublishedModels.NONE;
        for (ConsumerRecord<String, byte[]> each : topic) {
            followed = followed.with(List.of(each));
        }

        assertEquals(List.of(TWO, ONE), List.copyOf(followed.ids()));
    }

    @Test
    void aTombstoneRemovesAVersionFromWhatIsKnownLaterAndNotFromWhatWasKnown() {
        append(ONE, ONE);
        PublishedModels before = PublishedModels.NONE.with(topic);
        append(ONE, null);

        PublishedModels after = PublishedModels.NONE.with(topic);

        assertEquals(Optional.of(ONE), before.newest());
        assertEquals(Optional.empty(), after.newest());
        assertEquals(Optional.empty(), after.find(ONE));
    }

    @Test
    void whatIsNoReleaseLeavesTheOneThatWasThere() {
        append(ONE, ONE);
        append(ONE, TWO);
        topic.add(new ConsumerRecord<>("releases", 0, topic.size(), ONE.toString(), new byte[] {1}));
        topic.add(new ConsumerRecord<>("releases", 0, topic.size(), "a/b/c", null));
        topic.add(new ConsumerRecord<>("releases", 1, 0, ONE.toString(), null));

        assertEquals(List.of(ONE), List.copyOf(PublishedModels.NONE.with(topic).ids()));
    }

    /** @param of the version that the release names; null for a tombstone */
    private void append(ModelId key, @Nullable ModelId of) {
        byte[] value = of == null
                ? null
                : RecordSerde.of(ModelRelease.class)
                        .encode(ShippedReleases.shipped()
                                .setName(of.name())
                                .setVersion(of.version())
                                .build());
        topic.add(new ConsumerRecord<>("releases", 0, topic.size(), key.toString(), value));
    }
}
