package io.twinstream.verifier.version;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.ModelLog;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ModelChoice.VersionUnavailableException;
import io.twinstream.verifier.model.PrecisionChoice;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.references.UnusableReferences;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.VersionSettings;
import io.twinstream.verifier.version.VersionPlan.VersionKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Held versions are those that this verifier holds: those that serve, will serve soon, served last, or are in the
 * shadow, the newest release, and those that late probes ask for. Safe for many threads.
 *
 * <p>Maintainers: one thread, the keeper, decides which versions there are, and waits for nothing. Each version is
 * opened on a thread of its own. Usually they follow each other, which leaves the machine to the most urgent one. If
 * one takes long the next begins beside it, so that no release holds up another. Stream threads only use versions.
 */
public final class HeldVersions implements ModelChoice, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HeldVersions.class);
    private static final long TICK_MS = 50;
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration KEPT_IDLE = Duration.ofSeconds(10);
    private static final Duration KEPT_ASKED_FOR = Duration.ofMinutes(10);
    private static final Duration BETWEEN_COLLECTIONS = Duration.ofSeconds(30);
    /** Time that the opening of a version may take before the next one begins beside it. */
    private static final Duration SLOW = Duration.ofSeconds(3);
    /**
     * The most urgent versions that are opened at once, as many as can be wanted beside what is ready: the serving one
     * and the next two.
     */
    private static final int URGENT_AT_ONCE = 3;

    private static final int OTHERS_AT_ONCE = 2;
    private static final Duration STOP = Duration.ofSeconds(6);

    private final ModelLog modelLog;
    private final VersionOpener opener;
    private final VersionPlan plan;
    private final BrokerTime time;
    private final Duration mostOpening;
    private final VersionPolicy policy;
    private final VersionWait wait;
    private final Map<VersionKey, ModelVersion> held = new ConcurrentHashMap<>();
    private final Map<VersionKey, Long> askedForNanos = new ConcurrentHashMap<>();
    private final Map<VersionKey, Long> notBeforeNanos = new ConcurrentHashMap<>();
    /** Holds the versions that are being opened. The keeper uses it, and {@link #close} after the keeper has ended. */
    private final List<Opening> openings = new CopyOnWriteArrayList<>();

    /** Holds the threads of versions that were given up, until they end. */
    private final List<Thread> givenUp = new CopyOnWriteArrayList<>();

    private final ServiceThreads threads;
    private final Thread keeper;
    private final long openedNanos = System.nanoTime();
    private boolean leftovers;
    private long collectedNanos = System.nanoTime();
    private volatile boolean stopping;
    private volatile @Nullable LastJudged lastJudged;

    /** The last judged probe is known by its append time and the {@link System#nanoTime} of the question. */
    private record LastJudged(Instant appendedAt, long nanos) {}

    /** An opening is a version that a thread opens now. */
    private record Opening(ModelVersion version, boolean urgent, long startNanos, Thread thread) {
        boolean isSlow() {
            return System.nanoTime() - startNanos > SLOW.toNanos();
        }
    }

    /**
     * Opens and tests the verifier's own model, so that a bad one is known at once.
     *
     * @param policy the policy of a verifier or of a replay
     * @throws IOException if there is no such package, or it is damaged
     */
    public HeldVersions(
            VersionSettings settings,
            KafkaClients clients,
            Topics topics,
            ServiceThreads threads,
            ModelLog modelLog,
            BrokerTime time,
            VersionPolicy policy)
            throws IOException {
        this.threads = threads;
        this.keeper = threads.thread("version-keeper", this::keep);
        this.modelLog = modelLog;
        this.time = time;
        this.mostOpening = settings.models().trial().multipliedBy(2);
        this.policy = policy;
        this.opener = new VersionOpener(
                settings,
                clients,
                topics,
                threads,
                modelLog,
                PrecisionChoice.of(settings.inference(), policy.precision()),
                policy.live() ? settings.gallery().shard() : Shard.WHOLE,
                policy.live());
        this.wait = new VersionWait(policy.patience());
        try (ServingModel model = opener.validate(opener.own())) {
            plan = new VersionPlan(
                    modelLog::timeline, modelLog::published, ModelId.of(model.manifest()), model.sha256());
        }
    }

    public void start() {
        keeper.start();
    }

    @Override
    public ModelLease serving(Instant appendedAt) {
        time.passed(appendedAt);
        lastJudged = new LastJudged(appendedAt, System.nanoTime());
        ModelLease lease = modelLog.current(appendedAt) ? lease(plan.serving(appendedAt), this::serves) : null;
        return lease == null
                ? wait.until(() -> attempt(
                        appendedAt,
                        () -> plan.serving(appendedAt),
                        this::serves,
                        "judges probes appended at %s and ".formatted(appendedAt)))
                : lease;
    }

    /** Returns the version that serves now, or empty if it isn't ready. Never waits. */
    public Optional<ModelLease> servingNow() {
        return Optional.ofNullable(lease(plan.serving(time.now()), this::serves));
    }

    /**
     * Returns where on the topic of references the gallery of the version that serves now stands, see {@link
     * TopicFollower#appliedTo}; nowhere if there is no such gallery.
     */
    public Map<TopicPartition, Long> galleryAppliedTo() {
        ModelVersion version = held.get(plan.serving(time.now()));
        TopicFollower follower = version == null ? null : version.follower();
        return follower == null ? Map.of() : follower.appliedTo();
    }

    /**
     * Returns a version of the caller's choice, for probes of any time. Waits as {@link #serving} does.
     *
     * @throws VersionUnavailableException if it isn't ready in time, or never can be
     */
    public ModelLease of(ModelId id) {
        return wait.until(() -> attempt(Instant.EPOCH, () -> plan.key(id), (key, appendedAt) -> true, ""));
    }

    /**
     * Returns a lease, or why there is none yet. It asks which version only once all activations are known that can
     * concern a probe of that time.
     */
    private VersionWait.Attempt attempt(
            Instant appendedAt, Supplier<VersionKey> which, BiPredicate<VersionKey, Instant> holds, String role) {
        String failure = failure();
        if (!policy.live() && !failure.isEmpty()) {
            return VersionWait.Attempt.never(failure);
        }
        if (!modelLog.current(appendedAt)) {
            return VersionWait.Attempt.notYet("the topic of activations can't be read to its end");
        }
        VersionKey key = which.get();
        ModelLease lease = lease(key, holds);
        if (lease != null) {
            askedForNanos.remove(key);
            return VersionWait.Attempt.of(lease);
        }
        askedForNanos.put(key, System.nanoTime());
        ModelVersion version = held.get(key);
        String versionAndRole = "%s %sis ".formatted(key.id(), role);
        if (version != null && version.state() == VersionState.REFUSED) {
            return VersionWait.Attempt.never(versionAndRole + "refused here: " + version.reason());
        }
        if (!key.own() && modelLog.published().find(key.id()).isEmpty()) {
            String missing = versionAndRole + "not published";
            return policy.live() || !modelLog.isCompleteAsOf(openedNanos)
                    ? VersionWait.Attempt.notYet(missing)
                    : VersionWait.Attempt.never(missing);
        }
        return VersionWait.Attempt.notYet(
                versionAndRole + (version == null ? VersionState.ASSEMBLING : version.state()) + " here");
    }

    private boolean serves(VersionKey key, Instant appendedAt) {
        return key.equals(plan.serving(appendedAt));
    }

    @Override
    public Optional<ModelLease> shadow(Instant appendedAt) {
        return plan.shadow(appendedAt)
                .map(shadow -> lease(shadow, (key, at) -> plan.shadow(at).equals(Optional.of(key))));
    }

    /** Returns true when the version that serves now is ready. */
    public boolean ready() {
        ModelVersion version = held.get(plan.serving(time.now()));
        return modelLog.caughtUp() && version != null && version.state() == VersionState.READY;
    }

    /** Returns why a topic that should be followed no longer is, or an empty text. */
    public String failure() {
        return held.values().stream()
                .map(ModelVersion::failure)
                .filter(failure -> !failure.isEmpty())
                .findFirst()
                .orElse(modelLog.failure());
    }

    /**
     * Returns the followers that judging needs: of releases and activations, and of the references for each gallery.
     */
    public List<TopicFollower> followers() {
        return Stream.concat(
                        modelLog.followers().stream(),
                        held.values().stream().map(ModelVersion::follower).filter(Objects::nonNull))
                .toList();
    }

    /** Returns how far each version is, the one that serves now first. */
    public List<VersionStatus> status() {
        Set<VersionKey> keys = new LinkedHashSet<>();
        keys.add(plan.serving(time.now()));
        keys.addAll(held.keySet());
        List<VersionStatus> all = new ArrayList<>();
        for (VersionKey key : keys) {
            ModelVersion version = held.get(key);
            all.add(version == null ? VersionStatus.unknown(key.id()) : VersionStatus.of(key.id(), version));
        }
        return all;
    }

    /** Returns the manifest of a held version, once its package is open. */
    public Optional<Manifest> manifest(ModelId id) {
        return held.entrySet().stream()
                .filter(each -> each.getKey().id().equals(id))
                .flatMap(each -> Stream.ofNullable(each.getValue().model()))
                .map(ServingModel::manifest)
                .findFirst();
    }

    /** Returns the references that a held version can't use, or empty if it isn't held. */
    public Optional<UnusableReferences> unusable(ModelId id) {
        return held.entrySet().stream()
                .filter(each -> each.getKey().id().equals(id))
                .map(each -> each.getValue().unusable())
                .findFirst();
    }

    /** Returns the wait of probes for versions. */
    public VersionWait waits() {
        return wait;
    }

    /** Lets go of all versions. A version whose runs don't end within seconds is left open, with a line in the log. */
    @Override
    public void close() {
        stopping = true;
        keeper.interrupt();
        long end = System.nanoTime() + STOP.toNanos();
        try {
            join(keeper, end);
            List<Thread> ending = new ArrayList<>();
            for (Opening each : openings) {
                each.thread().interrupt();
                ending.add(each.thread());
            }
            held.values().stream()
                    .flatMap(each -> Stream.ofNullable(each.drop()))
                    .forEach(ending::add);
            for (Thread each : ending) {
                join(each, end);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        held.forEach((key, version) -> {
            if (version.holds()) {
                log.warn("{} stays open after the stop, since something still runs it", key.id());
            }
        });
    }

    /** Returns whether, after {@link #close}, a model is still open or being opened. */
    public boolean runOn() {
        return held.values().stream().anyMatch(ModelVersion::holds)
                || Stream.concat(openings.stream().map(Opening::thread), givenUp.stream())
                        .anyMatch(Thread::isAlive);
    }

    private static void join(Thread thread, long endNanos) throws InterruptedException {
        // A join of 0 ms would wait for ever.
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime())));
    }

    private @Nullable ModelLease lease(VersionKey key, BiPredicate<VersionKey, Instant> holds) {
        ModelVersion version = held.get(key);
        return version == null ? null : version.lease(appendedAt -> holds.test(key, appendedAt));
    }

    private void keep() {
        while (!stopping) {
            try {
                if (modelLog.caughtUp()) {
                    tidy();
                }
                TimeUnit.MILLISECONDS.sleep(TICK_MS);
            } catch (InterruptedException | InterruptException e) {
                // Only close interrupts the keeper, and it sets the flag before.
                log.debug("woken to stop");
            } catch (RuntimeException e) {
                log.error("the choice of the versions to hold failed and is repeated", e);
            }
        }
    }

    private void tidy() {
        long asked = System.nanoTime() - KEPT_ASKED_FOR.toNanos();
        askedForNanos.values().removeIf(nanos -> nanos - asked < 0);
        Instant now = time.now();
        Set<VersionKey> needed =
                new LinkedHashSet<>(policy.live() ? plan.needed(now, askedForNanos.keySet()) : askedForNanos.keySet());
        LastJudged last = lastJudged;
        if (policy.live() && last != null && last.nanos() - asked > 0) {
            // Whatever the clocks say, the next probe is most likely judged by the same version.
            needed.add(plan.serving(last.appendedAt()));
        }
        Set<VersionKey> wanted = new LinkedHashSet<>(needed);
        if (policy.live()) {
            wanted.addAll(plan.wanted(now, askedForNanos.keySet()));
        }
        openings.removeIf(each -> !each.thread().isAlive() || isGivenUp(each));
        for (VersionKey key : Set.copyOf(held.keySet())) {
            ModelVersion version = held.get(key);
            if (version != null && version.state() == VersionState.REFUSED) {
                version.drop();
            } else if (version != null && version.isDropped()) {
                drop(key, version);
            } else if (version != null
                    && !wanted.contains(key)
                    && version.isIdle(KEPT_IDLE)
                    && openings.stream().noneMatch(each -> each.version() == version)) {
                drop(key, version);
            }
        }
        collect();
        opener.sweep();
        notBeforeNanos.values().removeIf(nanos -> nanos - System.nanoTime() < 0);
        for (VersionKey key : wanted) {
            boolean urgent = needed.contains(key);
            if (!held.containsKey(key) && !notBeforeNanos.containsKey(key) && mayOpen(urgent)) {
                makeRoom(wanted, urgent);
                open(key, urgent);
            }
        }
    }

    private void drop(VersionKey key, ModelVersion version) {
        held.remove(key);
        version.drop();
        log.info("{} is dropped", key.id());
        leftovers = true;
    }

    /**
     * Refuses a version whose opening takes too long here, though its trial went well. The operator's own model is
     * never refused for that.
     */
    private boolean isGivenUp(Opening opening) {
        ModelVersion version = opening.version();
        if (version.key().own() || version.opening().compareTo(mostOpening) < 0) {
            return false;
        }
        version.refuse("opening, testing and warming it took more than %d s here".formatted(mostOpening.toSeconds()));
        opening.thread().interrupt();
        givenUp.add(opening.thread());
        return true;
    }

    /** Returns whether another version may be opened: those at least as urgent are nearly open, or take long. */
    private boolean mayOpen(boolean urgent) {
        return openings.stream().filter(each -> each.urgent() || !urgent).allMatch(Opening::isSlow)
                && (!urgent || ofKind(true) < URGENT_AT_ONCE);
    }

    private long ofKind(boolean urgent) {
        return openings.stream().filter(each -> each.urgent() == urgent).count();
    }

    /** Gives up releases that were followed by others before they were open, the oldest first. */
    private void makeRoom(Set<VersionKey> wanted, boolean urgent) {
        for (Opening each : urgent ? List.<Opening>of() : openings) {
            if (ofKind(false) >= OTHERS_AT_ONCE
                    && !each.urgent()
                    && !wanted.contains(each.version().key())) {
                drop(each.version().key(), each.version());
                each.thread().interrupt();
                openings.remove(each);
            }
        }
    }

    /**
     * Asks for a garbage collection after versions were dropped: their galleries are old objects by now, and G1 would
     * rather grow the heap. It asks seldom, since asking starts marking anew, and only the collections after marking
     * free what it found.
     */
    private void collect() {
        if (leftovers && System.nanoTime() - collectedNanos >= BETWEEN_COLLECTIONS.toNanos()) {
            leftovers = false;
            collectedNanos = System.nanoTime();
            System.gc();
        }
    }

    private void open(VersionKey key, boolean urgent) {
        ModelVersion version = new ModelVersion(key);
        held.put(key, version);
        Thread thread = threads.thread("opening " + key.id(), () -> open(key, version));
        thread.setDaemon(true);
        openings.add(new Opening(version, urgent, System.nanoTime(), thread));
        thread.start();
    }

    private void open(VersionKey key, ModelVersion version) {
        try {
            version.advance(opener, this::anyReady);
        } catch (KafkaException e) {
            // The pause is set first, since a version that is no longer held would be opened again at once.
            notBeforeNanos.put(key, System.nanoTime() + RETRY.toNanos());
            held.remove(key, version);
            version.drop();
            if (!stopping) {
                log.warn("{} can't be fetched or opened now; it is tried again in 2 s: {}", key.id(), e.getMessage());
            }
        }
    }

    private boolean anyReady() {
        return held.values().stream().anyMatch(version -> version.state() == VersionState.READY);
    }

    /**
     * A version policy says what versions are held for.
     *
     * @param patience how long a caller waits for a version
     * @param live true for a verifier: versions are held before anybody asks, and waited for even if they aren't
     *     published yet. False for a replay: only versions that are asked for are held, with the gallery of all shards,
     *     and what is missing now is missing for good
     * @param precision the precision of versions that have it, others being opened at fp32; null for that of the
     *     settings
     */
    public record VersionPolicy(
            Duration patience, boolean live, @Nullable Precision precision) {
        private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(365);

        /** Returns the policy of a verifier, where probes wait inside a transaction. */
        public static VersionPolicy verifying(Duration patience) {
            return new VersionPolicy(patience, true, null);
        }

        public static VersionPolicy replaying(@Nullable Precision precision) {
            return new VersionPolicy(AS_LONG_AS_IT_TAKES, false, precision);
        }
    }
}
