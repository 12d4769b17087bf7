package io.twinstream.trainer.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.release.Timeline;
import io.twinstream.trainer.publish.ModelPruning.PruneDecision;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PrunePlanTest {
    private static final Instant NOON = Instant.parse("2024-02-29T12:00:00Z");
    private static final List<ModelRelease> SIX = Stream.of("1", "2", "3", "4", "5", "6")
            .map(version -> release("letters", version))
            .toList();

    private static final long HOUR = 3_600;

    private long offset;

    @Test
    void theNewestOfEachNameStay() {
        List<ModelRelease> two = Stream.of(
                        release("digits", "1"),
                        release("letters", "1"),
                        release("letters", "2"),
                        release("digits", "2"),
                        release("letters", "3"))
                .toList();

        assertEquals(List.of("letters/1"), gone(two, Timeline.EMPTY, 2));
        assertEquals(List.of("digits/1", "letters/1", "letters/2"), gone(two, Timeline.EMPTY, 1));
        assertEquals(List.of(), gone(two, Timeline.EMPTY, 3));
    }

    @Test
    void whatServesAndWhatServedBeforeItStays() {
        Timeline timeline = Timeline.EMPTY
                .with(activated(ModelSlot.SERVING, "1", -3 * HOUR))
                .with(activated(ModelSlot.SERVING, "2", -2 * HOUR))
                .with(activated(ModelSlot.SERVING, "3", -HOUR));

        assertEquals(List.of("letters/1", "letters/4", "letters/5"), gone(SIX, timeline, 1));
    }

    @Test
    void whatServesByBrokersAnHourBehindThisClockStaysToo() {
        Timeline timeline = Timeline.EMPTY
                .with(activated(ModelSlot.SERVING, "1", -4 * HOUR))
                .with(activated(ModelSlot.SERVING, "2", -3 * HOUR))
                .with(activated(ModelSlot.SERVING, "3", -2 * HOUR))
                .with(activated(ModelSlot.SERVING, "4", -1_200))
                .with(activated(ModelSlot.SERVING, "5", -600));

        assertEquals(List.of("letters/1"), gone(SIX, timeline, 1));
    }

    @Test
    void whatIsInTheShadowStaysAndWhatWasThereGoes() {
        Timeline timeline =
                Timeline.EMPTY.with(activated(ModelSlot.SHADOW, "1", -30)).with(activated(ModelSlot.SHADOW, "2", -20));

        assertEquals(List.of("letters/1", "letters/3", "letters/4", "letters/5"), gone(SIX, timeline, 1));
    }

    @Test
    void whatIsYetToTakeEffectStays() {
        Timeline timeline = Timeline.EMPTY
                .with(activated(ModelSlot.SERVING, "3", -30))
                .with(activated(ModelSlot.SERVING, "1", 20))
                .with(activated(ModelSlot.SERVING, "2", 30))
                .with(activated(ModelSlot.SHADOW, "4", 20));

        assertEquals(List.of("letters/5"), gone(SIX, timeline, 1));
    }

    @Test
    void anEmptiedShadowKeepsNothing() {
        Timeline timeline =
                Timeline.EMPTY.with(activated(ModelSlot.SHADOW, "1", -30)).with(activated(ModelSlot.SHADOW, null, -20));

        assertEquals(5, gone(SIX, timeline, 1).size());
    }

    @Test
    void everyVersionThatStaysSaysWhy() {
        Timeline timeline = Timeline.EMPTY
                .with(activated(ModelSlot.SERVING, "1", -30))
                .with(activated(ModelSlot.SERVING, "2", -20))
                .with(activated(ModelSlot.SHADOW, "3", -20))
                .with(activated(ModelSlot.SERVING, "4", 20));

        List<String> reasons = PrunePlan.of(SIX, timeline, NOON, 2).stream()
                .map(PruneDecision::keptBecause)
                .toList();

        assertEquals(
                List.of(
                        "served before the one that serves",
                        "serves",
                        "is in the shadow",
                        "serves from 2024-02-29T12:00:20Z",
                        "is the newest but 1",
                        "is the newest"),
                reasons);
    }

    @Test
    void keepingNoneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> PrunePlan.of(SIX, Timeline.EMPTY, NOON, 0));
    }

    private static List<String> gone(List<ModelRelease> published, Timeline timeline, int keep) {
        return PrunePlan.of(published, timeline, NOON, keep).stream()
                .filter(PruneDecision::goes)
                .map(decision ->
                        decision.release().getName() + "/" + decision.release().getVersion())
                .toList();
    }

    private Activated activated(ModelSlot slot, String version, long seconds) {
        ModelId model = version == null ? null : new ModelId("letters", version);
        Instant effectiveAt = NOON.plusSeconds(seconds);
        return new Activated(slot, model, effectiveAt.minusSeconds(2), offset++, effectiveAt, "a test", "Zoë");
    }

    private static ModelRelease release(String name, String version) {
        return ModelRelease.newBuilder()
                .setName(name)
                .setVersion(version)
                .setManifest(ByteBuffer.allocate(0))
                .setPackageSha256("ab".repeat(32))
                .setPackageBytes(1)
                .setChunkBytes(1)
                .setChunkCount(1)
                .setChunkPartition(0)
                .setFirstOffset(0)
                .setLastOffset(0)
                .setPublishedAt(NOON)
                .setDecision("a test")
                .build();
    }
}
