package io.twinstream.trainer.publish;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.release.Timeline;
import io.twinstream.trainer.publish.ModelPruning.PruneDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which versions are to go. Those published last stay, and so does whatever serves, will serve, is in the
 * shadow or served just before: a verifier needs it now, or a rollback would need it next.
 */
final class PrunePlan {
    /** The machine's clock may be ahead of the brokers' by this much. */
    private static final Duration CLOCKS = Duration.ofHours(1);

    private PrunePlan() {}

    /**
     * Decides on every release, in the order given.
     *
     * @param published those published first in front
     * @param keep the number of versions of each name that stay for being new, at least 1
     */
    static List<PruneDecision> of(List<ModelRelease> published, Timeline timeline, Instant now, int keep) {
        if (keep < 1) {
            throw new IllegalArgumentException("at least 1 version of each name is kept, was " + keep);
        }
        Map<ModelId, String> needed = needed(timeline, now);
        Map<String, Integer> newer = new HashMap<>();
        List<PruneDecision> decisions = new ArrayList<>();
        for (int i = published.size() - 1; i >= 0; i--) {
            ModelRelease release = published.get(i);
            int rank = newer.merge(release.getName(), 1, Integer::sum);
            String reason = needed.get(ModelId.of(release));
            decisions.add(new PruneDecision(release, reason == null && rank <= keep ? newest(rank) : reason));
        }
        Collections.reverse(decisions);
        return decisions;
    }

    /** Returns why a version is needed however new it is, and null if it isn't. */
    static @Nullable String need(ModelId id, Timeline timeline, Instant now) {
        return needed(timeline, now).get(id);
    }

    private static Map<ModelId, String> needed(Timeline timeline, Instant now) {
        Map<ModelId, String> needed = new LinkedHashMap<>();
        timeline.at(ModelSlot.SERVING, now).map(Activated::model).ifPresent(id -> needed.put(id, "serves"));
        timeline.at(ModelSlot.SHADOW, now)
                .map(Activated::model)
                .ifPresent(id -> needed.putIfAbsent(id, "is in the shadow"));
        for (Activated pending : timeline.pending(now)) {
            if (pending.model() != null) {
                needed.putIfAbsent(
                        pending.model(),
                        "%s from %s"
                                .formatted(
                                        pending.slot() == ModelSlot.SERVING ? "serves" : "is in the shadow",
                                        pending.effectiveAt()));
            }
        }
        timeline.predecessor(now).ifPresent(id -> needed.putIfAbsent(id, "served before the one that serves"));
        lately(timeline, now).forEach(id -> needed.putIfAbsent(id, "served within the last hour, or just before"));
        return needed;
    }

    /**
     * Returns the versions that may serve or be the way back by the brokers' clocks, where this machine's clock is
     * ahead of them by an hour at most.
     */
    private static List<ModelId> lately(Timeline timeline, Instant now) {
        Instant since = now.minus(CLOCKS);
        List<ModelId> lately = new ArrayList<>();
        timeline.predecessor(since).ifPresent(lately::add);
        timeline.at(ModelSlot.SERVING, since).map(Activated::model).ifPresent(lately::add);
        timeline.activations().stream()
                .filter(each -> each.slot() == ModelSlot.SERVING)
                .filter(each ->
                        each.effectiveAt().isAfter(since) && !each.effectiveAt().isAfter(now))
                .flatMap(each -> Stream.ofNullable(each.model()))
                .forEach(lately::add);
        return lately;
    }

    private static String newest(int rank) {
        return rank == 1 ? "is the newest" : "is the newest but " + (rank - 1);
    }
}
