package io.twinstream.verifier.version;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions that this verifier holds: those that serve, are about to, did so last, or stand in the shadow, the newest
 * release, and whatever probes that are left behind ask for. Safe for many threads.
 *
 * <p>Maintainers: one thread, the keeper, makes and drops versions; stream threads only use them.
 */
public final class Versions implements ModelChoice, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Versions.class);
    private static final long TICK_MS = 50;
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration KEPT_IDLE = Duration.ofSeconds(10);
    private static final Duration KEPT_ASKED_FOR = Duration.ofMinutes(10);

    private final ModelLog modelLog;
    private final VersionOpener opener;
    private final VersionPlan plan;
    private final Clock clock;
    private final VersionWait wait;
    private final Map<VersionKey, ModelVersion> held = new ConcurrentHashMap<>();
    private final Map<VersionKey, Long> askedForNanos = new ConcurrentHashMap<>();
    private final Thread keeper = new Thread(this::keep, "version-keeper");
    private volatile boolean stopping;

    /**
     * Opens and tests the verifier's own model, so that a bad one is known at once.
     *
     * @throws IOException if there is no such package, or it is not whole
     */
    public Versions(Settings settings, ModelLog modelLog, Clock clock) throws IOException {
        this.modelLog = modelLog;
        this.clock = clock;
        this.opener = new VersionOpener(settings, modelLog);
        this.wait = new VersionWait(Duration.ofMillis(settings.getLong(VerifierSettings.VERSION_WAIT)));
        try (ServingModel model = opener.validate(opener.own())) {
            plan = new VersionPlan(modelLog, new OwnModel(ModelId.of(model.manifest()), model.sha256()));
        }
    }

    public void start() {
        keeper.start();
    }

    @Override
    public ModelLease serving(Instant appendedAt) {
        Lease lease = modelLog.current() ? lease(ModelSlot.SERVING, plan.serving(appendedAt)) : null;
        return lease == null ? wait.until(() -> attempt(appendedAt)) : lease;
    }

    /** A lease, or why there is none yet. */
    private VersionWait.Attempt attempt(Instant appendedAt) {
        if (!modelLog.current()) {
            return VersionWait.Attempt.notYet("the topics of releases and activations can't be read to their end");
        }
        VersionKey key = plan.serving(appendedAt);
        Lease lease = lease(ModelSlot.SERVING, key);
        if (lease != null) {
            return VersionWait.Attempt.of(lease);
        }
        // What serves now is held as long as it does; one that was a little late is not to be kept beyond that.
        if (!key.equals(plan.serving(clock.instant()))) {
            askedForNanos.put(key, System.nanoTime());
        }
        ModelVersion version = held.get(key);
        if (version != null && version.state() == VersionState.REFUSED) {
            return VersionWait.Attempt.never("%s judges probes appended at %s and is refused here: %s"
                    .formatted(key.id(), appendedAt, version.reason()));
        }
        return VersionWait.Attempt.notYet("%s judges probes appended at %s and is %s here"
                .formatted(key.id(), appendedAt, version == null ? VersionState.ASSEMBLING : version.state()));
    }

    @Override
    public Optional<ModelLease> shadow(Instant appendedAt) {
        return plan.shadow(appendedAt).map(key -> lease(ModelSlot.SHADOW, key));
    }

    /** True when the version that serves now is ready. */
    public boolean ready() {
        return modelLog.caughtUp()
                && Optional.ofNullable(held.get(plan.serving(clock.instant())))
                        .filter(version -> version.state() == VersionState.READY)
                        .isPresent();
    }

    /** Why something that should be followed no longer is, or an empty text. */
    public String failure() {
        return held.values().stream()
                .map(ModelVersion::failure)
                .filter(failure -> !failure.isEmpty())
                .findFirst()
                .orElse(modelLog.failure());
    }

    /** How far each version is, the one that serves now first. */
    public List<VersionStatus> status() {
        Set<VersionKey> keys = new LinkedHashSet<>();
        keys.add(plan.serving(clock.instant()));
        keys.addAll(held.keySet());
        List<VersionStatus> all = new ArrayList<>();
        for (VersionKey key : keys) {
            ModelVersion version = held.get(key);
            all.add(version == null ? VersionStatus.unknown(key.id()) : VersionStatus.of(key.id(), version));
        }
        return all;
    }

    /** What probes wait for at this moment, or an empty text. */
    public String waitingFor() {
        return wait.cause();
    }

    /** How long probes have waited for versions since the start, summed over the threads. */
    public Duration waited() {
        return wait.total();
    }

    @Override
    public void close() {
        stopping = true;
        keeper.interrupt();
        try {
            keeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        held.values().forEach(ModelVersion::drop);
    }

    private @Nullable Lease lease(ModelSlot slot, VersionKey key) {
        ModelVersion version = held.get(key);
        ServingModel model = version == null ? null : version.use();
        return version == null || model == null ? null : new Lease(slot, key, version, model);
    }

    private void keep() {
        while (!stopping) {
            try {
                if (modelLog.caughtUp()) {
                    tidy();
                }
                TimeUnit.MILLISECONDS.sleep(TICK_MS);
            } catch (InterruptedException | InterruptException e) {
                // Only close interrupts, and says so.
                log.debug("woken to stop");
            } catch (RuntimeException e) {
                log.error("versions can't be kept as they should be", e);
            }
        }
    }

    private void tidy() throws InterruptedException {
        long asked = System.nanoTime() - KEPT_ASKED_FOR.toNanos();
        askedForNanos.values().removeIf(nanos -> nanos - asked < 0);
        Set<VersionKey> wanted = plan.wanted(clock.instant(), askedForNanos.keySet());
        for (VersionKey key : Set.copyOf(held.keySet())) {
            ModelVersion version = held.get(key);
            if (version != null && !wanted.contains(key) && version.isIdle(KEPT_IDLE)) {
                held.remove(key);
                version.drop();
                log.info("{} is dropped", key.id());
            }
        }
        boolean failed = false;
        for (VersionKey key : wanted) {
            if (!held.containsKey(key)) {
                if (prepare(key)) {
                    // It took its time: something else may be more urgent by now.
                    return;
                }
                failed = true;
            }
        }
        if (failed) {
            TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
        }
    }

    /** False if that can't be done now, and others may have their turn. */
    private boolean prepare(VersionKey key) {
        ModelVersion version = new ModelVersion(key);
        held.put(key, version);
        try {
            version.advance(opener, this::anyReady);
            return true;
        } catch (KafkaException e) {
            held.remove(key);
            version.drop();
            if (!stopping) {
                log.warn("{} can't be had now, trying again: {}", key.id(), e.getMessage());
            }
            return stopping;
        }
    }

    private boolean anyReady() {
        return held.values().stream().anyMatch(version -> version.state() == VersionState.READY);
    }

    private final class Lease implements ModelLease {
        private final ModelSlot slot;
        private final VersionKey key;
        private final ModelVersion version;
        private final ServingModel model;

        Lease(ModelSlot slot, VersionKey key, ModelVersion version, ServingModel model) {
            this.slot = slot;
            this.key = key;
            this.version = version;
            this.model = model;
        }

        @Override
        public ServingModel model() {
            return model;
        }

        @Override
        public boolean holdsAt(Instant appendedAt) {
            return slot == ModelSlot.SERVING
                    ? key.equals(plan.serving(appendedAt))
                    : Optional.of(key).equals(plan.shadow(appendedAt));
        }

        @Override
        public void refuse(String reason) {
            version.refuse(reason);
        }

        @Override
        public void close() {
            version.release();
        }
    }
}
