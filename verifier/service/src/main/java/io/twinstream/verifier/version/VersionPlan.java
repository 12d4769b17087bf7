package io.twinstream.verifier.version;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which version judges which probe, and which versions are therefore to be held, as far as is known. */
final class VersionPlan {
    /** Activations that are prepared for before the time comes. */
    private static final int AHEAD = 2;

    private final ModelLog log;
    private final OwnModel own;

    VersionPlan(ModelLog log, OwnModel own) {
        this.log = log;
        this.own = own;
    }

    /** The version that judges a probe appended at this time. */
    VersionKey serving(Instant appendedAt) {
        return log.timeline()
                .at(ModelSlot.SERVING, appendedAt)
                .map(activated -> key(activated.model()))
                .orElseGet(own::key);
    }

    /** The version that scores it in the shadow. */
    Optional<VersionKey> shadow(Instant appendedAt) {
        return log.timeline()
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
        log.newest().ifPresent(id -> wanted.add(key(id)));
        return wanted;
    }

    /** Those of them that serve, are about to, did so last, or stand in the shadow. */
    Set<VersionKey> needed(Instant now, Collection<VersionKey> askedFor) {
        Timeline timeline = log.timeline();
        Set<VersionKey> needed = new LinkedHashSet<>(askedFor);
        needed.add(serving(now));
        timeline.pending(now).stream()
                .filter(activated -> activated.model() != null)
                .limit(AHEAD)
                .forEach(activated -> needed.add(key(activated.model())));
        shadow(now).ifPresent(needed::add);
        timeline.predecessor(now).ifPresent(id -> needed.add(key(id)));
        return needed;
    }

    /** What an id means here. */
    VersionKey key(@Nullable ModelId id) {
        return id == null ? own.key() : own.key(id, log.release(id));
    }
}
