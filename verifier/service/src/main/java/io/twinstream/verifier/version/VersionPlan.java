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

/** Which version judges which probe, and which versions are therefore to be held, as far as is known. Safe for many threads. */
final class VersionPlan {
    /** Activations that are prepared for before the time comes. */
    private static final int AHEAD = 2;

    private final Supplier<Timeline> timeline;
    private final Supplier<PublishedModels> published;
    private final VersionKey own;
    private final String ownSha256;
    private volatile @Nullable Comparison last;

    /** Whether a release is of the verifier's own model. */
    private record Comparison(ModelRelease release, boolean same) {}

    /**
     * A version as one verifier tells them apart.
     *
     * @param own true for the package that {@code verifier.model} names, false for the one that was published as this
     */
    record VersionKey(ModelId id, boolean own) {}

    /**
     * As the topics say it at every moment.
     *
     * @param own the model that judges before the first activation
     * @param ownSha256 of its manifest
     */
    VersionPlan(Supplier<Timeline> timeline, Supplier<PublishedModels> published, ModelId own, String ownSha256) {
        this.timeline = timeline;
        this.published = published;
        this.own = new VersionKey(own, true);
        this.ownSha256 = ownSha256;
    }

    /** The version that judges a probe appended at this time. */
    VersionKey serving(Instant appendedAt) {
        return timeline.get()
                .at(ModelSlot.SERVING, appendedAt)
                .map(activated -> key(activated.model()))
                .orElse(own);
    }

    /** The version that scores it in the shadow. */
    Optional<VersionKey> shadow(Instant appendedAt) {
        return timeline.get()
                .at(ModelSlot.SHADOW, appendedAt)
                .filter(activated -> activated.model() != null)
                .map(activated -> key(activated.model()));
    }

    /**
     * What is to be held, in the order of its urgency: first what probes wait for, since those that the present version
     * judges stand behind them; last the newest release, which nobody has asked for yet.
     *
     * @param now by the brokers' time
     * @param askedFor what probes wait for
     */
    Set<VersionKey> wanted(Instant now, Collection<VersionKey> askedFor) {
        Set<VersionKey> wanted = new LinkedHashSet<>(needed(now, askedFor));
        published.get().newest().ifPresent(id -> wanted.add(key(id)));
        return wanted;
    }

    /** Those of them that serve, are about to, did so last, or stand in the shadow. */
    Set<VersionKey> needed(Instant now, Collection<VersionKey> askedFor) {
        Timeline known = timeline.get();
        Set<VersionKey> needed = new LinkedHashSet<>(askedFor);
        needed.add(serving(now));
        known.pending(now).stream()
                .filter(activated -> activated.model() != null)
                .limit(AHEAD)
                .forEach(activated -> needed.add(key(activated.model())));
        shadow(now).ifPresent(needed::add);
        known.predecessor(now).ifPresent(id -> needed.add(key(id)));
        return needed;
    }

    /**
     * What an id means here: the published package where there is one with other bytes, else the verifier's own model if it is its
     * id; null means that one.
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
        Comparison known = last;
        if (known == null || !known.release().equals(release)) {
            known = new Comparison(
                    release,
                    Sha256.of(RecordSerde.content(release.getManifest())).equals(ownSha256));
            last = known;
        }
        return known.same();
    }
}
