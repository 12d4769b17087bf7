package io.twinstream.verifier.version;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.release.Timeline;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.Sha256;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A version plan says which version judges which probe, and which versions must therefore be held, as far as is known.
 * Safe for many threads.
 */
final class VersionPlan {
    /** The number of coming activations that are prepared for. */
    private static final int AHEAD = 2;

    private final Supplier<Timeline> timeline;
    private final Supplier<PublishedModels> published;
    private final VersionKey own;
    private final String ownSha256;
    private volatile @Nullable ReleaseCheck last;

    /** A release check says whether a release is of the verifier's own model. */
    private record ReleaseCheck(ModelRelease release, boolean isOwn) {}

    /**
     * A version key identifies a version within one verifier.
     *
     * @param own true for the package that {@code verifier.model} names, false for the one that was published under the
     *     same id
     */
    record VersionKey(ModelId id, boolean own) {}

    /**
     * Creates the plan, which follows the topics at every moment.
     *
     * @param own the verifier's own model, which judges before the first activation
     * @param ownSha256 the hash of that model's manifest
     */
    VersionPlan(Supplier<Timeline> timeline, Supplier<PublishedModels> published, ModelId own, String ownSha256) {
        this.timeline = timeline;
        this.published = published;
        this.own = new VersionKey(own, true);
        this.ownSha256 = ownSha256;
    }

    /** Returns the version that judges a probe appended at this time. */
    VersionKey serving(Instant appendedAt) {
        return timeline.get()
                .at(ModelSlot.SERVING, appendedAt)
                .map(activated -> key(activated.model()))
                .orElse(own);
    }

    /** Returns the version that scores such a probe in the shadow. */
    Optional<VersionKey> shadow(Instant appendedAt) {
        return timeline.get()
                .at(ModelSlot.SHADOW, appendedAt)
                .filter(activated -> activated.model() != null)
                .map(activated -> key(activated.model()));
    }

    /**
     * Returns the versions to hold, in the order of their urgency. First come those that probes wait for, since the
     * probes that the present version judges stand behind them; last comes the newest release, which nobody has asked
     * for yet.
     *
     * @param now the brokers' time
     * @param askedFor the versions that probes wait for
     */
    Set<VersionKey> wanted(Instant now, Collection<VersionKey> askedFor) {
        Set<VersionKey> wanted = new LinkedHashSet<>(needed(now, askedFor));
        published.get().newest().ifPresent(id -> wanted.add(key(id)));
        return wanted;
    }

    /**
     * Returns those of them that serve, will serve soon, served last, or are in the shadow. The own model is what served
     * last until a second version has served, since a rollback of the first activation goes back to it.
     */
    Set<VersionKey> needed(Instant now, Collection<VersionKey> askedFor) {
        Timeline known = timeline.get();
        Set<VersionKey> needed = new LinkedHashSet<>(askedFor);
        needed.add(serving(now));
        known.pending(now).stream()
                .filter(activated -> activated.model() != null)
                .limit(AHEAD)
                .forEach(activated -> needed.add(key(activated.model())));
        shadow(now).ifPresent(needed::add);
        needed.add(known.predecessor(now).map(this::key).orElse(own));
        return needed;
    }

    /**
     * Returns the version that an id means here: the published package if there is one with other bytes, otherwise the
     * verifier's own model if it has that id. Null means the own model.
     */
    VersionKey key(@Nullable ModelId id) {
        return id == null
                ? own
                : new VersionKey(
                        id,
                        id.equals(own.id())
                                && published.get().find(id).map(this::isOwn).orElse(true));
    }

    private boolean isOwn(ModelRelease release) {
        ReleaseCheck known = last;
        if (known == null || !known.release().equals(release)) {
            known = new ReleaseCheck(
                    release,
                    Sha256.of(RecordSerde.content(release.getManifest())).equals(ownSha256));
            last = known;
        }
        return known.isOwn();
    }
}
