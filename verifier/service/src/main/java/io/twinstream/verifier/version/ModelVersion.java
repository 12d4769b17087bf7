package io.twinstream.verifier.version;

import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.InferenceException;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.references.GalleryUpdate;
import io.twinstream.verifier.references.UnusableReferences;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.version.VersionPlan.VersionKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version on its way to being ready here, in use, and to its end. One thread advances it; any may use, refuse or drop it.
 *
 * <pre>
 *   Assembling -&gt; Trying -&gt; Validating -&gt; Warming -&gt; Building -&gt; Ready
 *       |           |           |           |          |         |
 *       +-----------+-----------+-----------+----------+---------+--&gt; Refused: for good, and it says why
 *       '-----------+-----------+-----------+----------+---------'--&gt; Dropped: nobody wants it any more
 * </pre>
 *
 * <p>Maintainers: a step forward is a method of the one state that it may follow. Nothing leaves {@link Refused} or
 * {@link Dropped}: who advances a version that another thread has ended finds out when it is to be used.
 */
final class ModelVersion {
    private static final Logger log = LoggerFactory.getLogger(ModelVersion.class);

    private final VersionKey key;
    private volatile State state = new Assembling();
    private volatile long lastUsedNanos = System.nanoTime();

    ModelVersion(VersionKey key) {
        this.key = key;
    }

    /** Where a version is, with what it has there. */
    sealed interface State permits Assembling, Trying, Validating, Warming, Open, Ended {
        /** What is reported of it. */
        VersionState reported();

        /** The state that it has come to meanwhile by itself. */
        default State now() {
            return this;
        }

        /** How long its model has been opened, tested and warmed in this process, if it is now. */
        default Duration opening() {
            return Duration.ZERO;
        }

        /** Its model with the gallery that follows; null where it isn't built. */
        default @Nullable OpenModel open() {
            return null;
        }

        /** Whether its model may be used. */
        default boolean canJudge() {
            return false;
        }

        default State refused(String reason) {
            return new Refused(reason, open());
        }

        default State dropped() {
            return new Dropped(reported(), open());
        }
    }

    /** Its package is fetched and checked. */
    record Assembling() implements State {
        @Override
        public VersionState reported() {
            return VersionState.ASSEMBLING;
        }

        Trying assembled() {
            return new Trying();
        }
    }

    /** It shows in a process of its own that it can be opened and run. */
    record Trying() implements State {
        @Override
        public VersionState reported() {
            return VersionState.VALIDATING;
        }

        Validating tried() {
            return new Validating(System.nanoTime());
        }
    }

    /** It is opened here, and shows that it answers as where it was exported. */
    record Validating(long sinceNanos) implements State {
        @Override
        public VersionState reported() {
            return VersionState.VALIDATING;
        }

        @Override
        public Duration opening() {
            return Duration.ofNanos(System.nanoTime() - sinceNanos);
        }

        Warming validated(ServingModel model) {
            return new Warming(sinceNanos, model);
        }
    }

    /** It runs batches of all sizes, which no probe is to pay for. */
    record Warming(long sinceNanos, ServingModel model) implements State {
        @Override
        public VersionState reported() {
            return VersionState.WARMING;
        }

        @Override
        public Duration opening() {
            return Duration.ofNanos(System.nanoTime() - sinceNanos);
        }

        Building warmed(GalleryUpdate update, TopicFollower gallery, ModelId id) {
            return new Building(new OpenModel(id, model, update, gallery));
        }
    }

    /** Its gallery follows the references. */
    sealed interface Open extends State permits Building, Ready {
        @Override
        OpenModel open();
    }

    /** It embeds the references that were there before it. */
    record Building(OpenModel open) implements Open {
        @Override
        public VersionState reported() {
            return VersionState.BUILDING;
        }

        @Override
        public State now() {
            return open.galleryIsBuilt() ? new Ready(open) : this;
        }
    }

    /** It can judge. */
    record Ready(OpenModel open) implements Open {
        @Override
        public VersionState reported() {
            return VersionState.READY;
        }

        @Override
        public boolean canJudge() {
            return true;
        }
    }

    /** It is out of use, though what it had may still run. */
    sealed interface Ended extends State permits Refused, Dropped {
        @Override
        default State refused(String reason) {
            return this;
        }

        @Override
        default State dropped() {
            return this;
        }
    }

    /** It has failed, on its way or in use; the first reason stands. */
    record Refused(String reason, @Nullable OpenModel open) implements Ended {
        @Override
        public VersionState reported() {
            return VersionState.REFUSED;
        }
    }

    /** Nobody wants it any more. */
    record Dropped(VersionState reported, @Nullable OpenModel open) implements Ended {}

    /**
     * Brings it from nothing to building its gallery, or to its refusal.
     *
     * @param bounded whether building has to leave most of the machine to others
     * @throws KafkaException if that can't be done now; it may be tried again
     */
    void advance(VersionOpener opener, BooleanSupplier bounded) {
        Warming warming = null;
        try {
            warming = validated(opener);
            ServingModel model = warming.model();
            opener.warm(model);
            GalleryUpdate update =
                    opener.update(model, () -> state() == VersionState.BUILDING && bounded.getAsBoolean());
            begin(warming.warmed(update, opener.gallery(key.id(), update), key.id()));
        } catch (KafkaException e) {
            close(warming);
            throw e;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // Whatever a package brings about is its own failure, and never that of the versions beside it.
            close(warming);
            refuse(fault(e));
        }
    }

    /** Lets go of the package, which is as large as the network, before the version is built. */
    private Warming validated(VersionOpener opener) throws IOException {
        ModelPackage assembled = opener.assemble(key);
        Trying trying = enter(new Assembling().assembled());
        opener.tryOut(key, assembled);
        Validating validating = enter(trying.tried());
        ServingModel model = opener.validate(assembled);
        tellOfNoDomain(model);
        return enter(validating.validated(model));
    }

    /** Lets the gallery follow; closes it and its model where the version has ended meanwhile. */
    void begin(Building building) {
        synchronized (this) {
            if (!(state instanceof Ended)) {
                building.open().start();
                enter(building);
                return;
            }
        }
        building.open().abandon();
    }

    private void tellOfNoDomain(ServingModel opened) {
        Embedder embedder = opened.embedder();
        if (opened.domain() != DomainRule.OFF && !embedder.isStandIn() && !embedder.knowsDomain()) {
            log.warn(
                    "{} knows no domain: its package has no statistics of the pictures that it was trained for, so those of another kind are judged like any",
                    key.id());
        }
    }

    private static void close(@Nullable Warming warming) {
        if (warming != null) {
            warming.model().close();
        }
    }

    private static String fault(Throwable e) {
        if (e instanceof OutOfMemoryError) {
            return "it takes more memory than there is (%s): give the verifier a larger heap".formatted(e.getMessage());
        }
        boolean foreseen =
                e instanceof IOException || e instanceof InferenceException || e instanceof IllegalArgumentException;
        return foreseen ? String.valueOf(e.getMessage()) : "it can't be opened: " + e;
    }

    private synchronized <S extends State> S enter(S next) {
        if (!(state instanceof Ended)) {
            if (next.reported() != state.reported()) {
                log.info("{} is {}", key.id(), next.reported());
            }
            state = next;
        }
        return next;
    }

    /** Looks whether its gallery has caught up. */
    private State now() {
        State known = state;
        if (known.now() == known) {
            return known;
        }
        synchronized (this) {
            enter(state.now());
            return state;
        }
    }

    VersionKey key() {
        return key;
    }

    /** Where it is, as it is reported. */
    VersionState state() {
        return now().reported();
    }

    /** Why it is refused, or an empty text. */
    String reason() {
        return state instanceof Refused refused ? refused.reason() : "";
    }

    /** How long its model has been opened, tested and warmed in this process, if it is now. */
    Duration opening() {
        return state.opening();
    }

    @Nullable
    ServingModel model() {
        OpenModel open = state.open();
        return open == null ? null : open.model();
    }

    /** References that it can't use; none before its gallery is built. */
    UnusableReferences unusable() {
        OpenModel open = state.open();
        return open == null ? new UnusableReferences() : open.unusable();
    }

    /** Who keeps its gallery; null where nobody does. */
    @Nullable
    TopicFollower follower() {
        OpenModel open = state.open();
        return open == null ? null : open.follower();
    }

    /** Why its gallery is no longer kept, or an empty text. */
    String failure() {
        TopicFollower follower = follower();
        return follower == null ? "" : follower.failure();
    }

    /**
     * Its model for a lease, or null where it isn't ready.
     *
     * @param holds whether the version has the slot for a probe that was appended at a time
     */
    @Nullable
    ModelLease lease(Predicate<Instant> holds) {
        State now = now();
        OpenModel open = now.open();
        ServingModel model = open == null || !now.canJudge() ? null : open.use();
        if (open == null || model == null) {
            return null;
        }
        lastUsedNanos = System.nanoTime();
        return new Lease(this, open, model, holds);
    }

    /** In use until it is closed. */
    private record Lease(ModelVersion version, OpenModel open, ServingModel model, Predicate<Instant> holds)
            implements ModelLease {
        @Override
        public boolean holdsAt(Instant appendedAt) {
            return holds.test(appendedAt);
        }

        @Override
        public void refuse(String reason) {
            version.refuse(reason);
        }

        @Override
        public void close() {
            open.release();
        }
    }

    /** True if nobody has used it for so long. What is refused holds nothing and goes on saying so. */
    boolean isIdle(Duration duration) {
        return System.nanoTime() - lastUsedNanos > duration.toNanos() && !(state instanceof Refused);
    }

    /** Takes it out of use for good, at once; what it holds goes when it is dropped. */
    synchronized void refuse(String why) {
        State refused = state.refused(why);
        if (refused != state) {
            log.warn("{} is refused: {}", key.id(), why);
            state = refused;
        }
    }

    /**
     * Ends it: at once for whoever would use it, in the background for what still runs.
     *
     * @return the thread that waits for its gallery's last batch and then lets go of the model; null where there is none to wait
     *     for
     */
    @Nullable
    Thread drop() {
        OpenModel open;
        synchronized (this) {
            state = state.dropped();
            open = state.open();
        }
        return open == null ? null : open.end();
    }

    /** Whether something still uses its model. */
    boolean holds() {
        return model() != null;
    }
}
