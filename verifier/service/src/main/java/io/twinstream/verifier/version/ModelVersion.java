package io.twinstream.verifier.version;

import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.modelpackage.Impostors;
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
 * A model version is one version on its way to being ready here, in use, and to its end. One thread advances it; any
 * may use, refuse or drop it.
 *
 * <pre>
 *   Assembling -&gt; Trying -&gt; Validating -&gt; Warming -&gt; Building -&gt; Ready
 *       |           |           |           |          |         |
 *       +-----------+-----------+-----------+----------+---------+--&gt; Refused: for good, and it says why
 *       '-----------+-----------+-----------+----------+---------'--&gt; Dropped: nobody wants it any more
 * </pre>
 *
 * <p>Maintainers: a step forward is a method of the one state that it may follow. Nothing leaves {@link Refused} or
 * {@link Dropped}: a thread that advances a version that another one has ended finds out when the version is to be
 * used.
 */
final class ModelVersion {
    private static final Logger log = LoggerFactory.getLogger(ModelVersion.class);

    private final VersionKey key;
    private volatile State state = new Assembling();
    private volatile long lastUsedNanos = System.nanoTime();

    ModelVersion(VersionKey key) {
        this.key = key;
    }

    /** A state is a stage of the version's life, with what the version holds there. */
    sealed interface State permits Assembling, Trying, Validating, Warming, Open, Ended {
        /** Returns the state that is reported to the topic of states. */
        VersionState reported();

        /** Returns the state that the version has reached meanwhile by itself. */
        default State now() {
            return this;
        }

        /** Returns how long the model has been opened, tested and warmed in this process, or zero if it isn't now. */
        default Duration opening() {
            return Duration.ZERO;
        }

        /** Returns the model with the gallery that follows the references, or null where there is none. */
        default @Nullable OpenModel open() {
            return null;
        }

        /** Returns whether the model may be used. */
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

    /** In this state the package is fetched and checked. */
    record Assembling() implements State {
        @Override
        public VersionState reported() {
            return VersionState.ASSEMBLING;
        }

        Trying assembled() {
            return new Trying();
        }
    }

    /** In this state the model shows, in a process of its own, that it can be opened and run. */
    record Trying() implements State {
        @Override
        public VersionState reported() {
            return VersionState.VALIDATING;
        }

        Validating tried() {
            return new Validating(System.nanoTime());
        }
    }

    /** In this state the model is opened here, and shows that it answers as it did where it was exported. */
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

    /** In this state the model runs batches of all sizes once, so that no probe pays for a first run. */
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

    /** In these states the gallery follows the references. */
    sealed interface Open extends State permits Building, Ready {
        @Override
        OpenModel open();
    }

    /** In this state the gallery is built from the references that were there before. */
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

    /** In this state the version can judge. */
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

    /** In these states the version is out of use, though its model may still run. */
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

    /** In this state the version has failed, on its way or in use; the first reason stays. */
    record Refused(String reason, @Nullable OpenModel open) implements Ended {
        @Override
        public VersionState reported() {
            return VersionState.REFUSED;
        }
    }

    /** In this state nobody wants the version any more. */
    record Dropped(VersionState reported, @Nullable OpenModel open) implements Ended {}

    /**
     * Brings the version from nothing to building its gallery, or to its refusal.
     *
     * @param bounded returns whether building must leave most of the machine to others
     * @throws KafkaException if a topic can't be read now; the step may be tried again
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
            // Any failure of a package refuses this version alone, and never those beside it.
            close(warming);
            refuse(fault(e));
        }
    }

    /**
     * Opens and tests the package. It lets go of the package, which is as large as the network, before the gallery is
     * built.
     */
    private Warming validated(VersionOpener opener) throws IOException {
        ModelPackage assembled = opener.assemble(key);
        Trying trying = enter(new Assembling().assembled());
        opener.tryOut(key, assembled);
        Validating validating = enter(trying.tried());
        ServingModel model = opener.validate(assembled);
        tellOfNoDomain(model);
        tellOfThresholds(model);
        return enter(validating.validated(model));
    }

    /** Starts the gallery's follower, or closes the gallery and its model if the version has ended meanwhile. */
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
                    "{} knows no domain: its package doesn't describe the pictures that it was trained for, so pictures of another kind are judged like any",
                    key.id());
        }
    }

    private void tellOfThresholds(ServingModel opened) {
        log.info(
                "{} decides by thresholds of {}: pairs and claims match from a score of {} on, for an FMR of {}",
                key.id(),
                opened.impostors() == Impostors.POOLED ? "all impostors" : "look-alikes",
                opened.thresholds().verification().score(),
                opened.thresholds().verification().fmr());
        String doubt = opened.thresholdDoubt();
        if (doubt != null) {
            log.warn(
                    "{} is asked for an FMR of {}: {}",
                    key.id(),
                    opened.thresholds().verification().fmr(),
                    doubt);
        }
    }

    private void tellOfIdentifications(State next) {
        ServingModel ready = next instanceof Ready now ? now.open().model() : null;
        String doubt = ready == null ? null : ready.identificationDoubt();
        if (doubt != null) {
            log.warn("{}: {}", key.id(), doubt);
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
                tellOfIdentifications(next);
            }
            state = next;
        }
        return next;
    }

    /** Returns the state, after a look whether the gallery has caught up. */
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

    /** Returns the state as it is reported. */
    VersionState state() {
        return now().reported();
    }

    /** Returns why the version is refused, or an empty text. */
    String reason() {
        return state instanceof Refused refused ? refused.reason() : "";
    }

    /** Returns how long the model has been opened, tested and warmed in this process, or zero if it isn't now. */
    Duration opening() {
        return state.opening();
    }

    @Nullable
    ServingModel model() {
        OpenModel open = state.open();
        return open == null ? null : open.model();
    }

    /** Returns the references that the version can't use; none before its gallery is built. */
    UnusableReferences unusable() {
        OpenModel open = state.open();
        return open == null ? new UnusableReferences() : open.unusable();
    }

    /** Returns the follower that keeps the gallery, or null if nobody does. */
    @Nullable
    TopicFollower follower() {
        OpenModel open = state.open();
        return open == null ? null : open.follower();
    }

    /** Returns why the gallery is no longer kept, or an empty text. */
    String failure() {
        TopicFollower follower = follower();
        return follower == null ? "" : follower.failure();
    }

    /**
     * Leases the model, or returns null if it isn't ready.
     *
     * @param holds tells whether the version has the slot for a probe that was appended at a time
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

    /** A lease keeps the model in use until it is closed. */
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
        public void reopen(String reason) {
            version.giveUp(reason);
        }

        @Override
        public void close() {
            open.release();
        }
    }

    /**
     * Returns true if nobody has used the version for so long. A refused version is never idle, since it holds nothing
     * and goes on saying why it was refused.
     */
    boolean isIdle(Duration duration) {
        return System.nanoTime() - lastUsedNanos > duration.toNanos() && !(state instanceof Refused);
    }

    /** Takes the version out of use for good, at once; its model and gallery are let go of when it is dropped. */
    synchronized void refuse(String why) {
        State refused = state.refused(why);
        if (refused != state) {
            log.warn("{} is refused: {}", key.id(), why);
            state = refused;
        }
    }

    /** Takes the version out of use, at once, so that another one of its key is opened. Later calls change nothing. */
    private synchronized void giveUp(String why) {
        if (!(state instanceof Ended)) {
            log.error("{} is opened anew, and its gallery is built anew: {}", key.id(), why);
            state = state.dropped();
        }
    }

    /** Returns whether the version is out of use, but not refused. */
    boolean isDropped() {
        return state instanceof Dropped;
    }

    /**
     * Ends the version: at once for new users, in the background for what still runs.
     *
     * @return the thread that waits for the gallery's last batch and then lets go of the model; null if there is none
     *     to wait for
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

    /** Returns whether something still uses the model. */
    boolean holds() {
        return model() != null;
    }
}
