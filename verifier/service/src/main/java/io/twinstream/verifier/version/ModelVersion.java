package io.twinstream.verifier.version;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.InferenceException;
import io.twinstream.verifier.settings.DomainRule;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version on its way to being ready here, in use, and to its end: it is closed when it has been dropped and the last
 * that uses it is done, its gallery included. One thread advances it; any may use, refuse or drop it.
 *
 * <p>Maintainers: what still runs is never closed under, however long it runs. A model that nothing ends stays open.
 */
final class ModelVersion {
    private static final Logger log = LoggerFactory.getLogger(ModelVersion.class);

    private final VersionKey key;

    @GuardedBy("this")
    private VersionState state = VersionState.ASSEMBLING;

    @GuardedBy("this")
    private String reason = "";

    @GuardedBy("this")
    private @Nullable ServingModel model;

    @GuardedBy("this")
    private @Nullable GalleryUpdate update;

    @GuardedBy("this")
    private @Nullable TopicFollower gallery;

    @GuardedBy("this")
    private int users;

    @GuardedBy("this")
    private boolean dropped;

    /** Whether its gallery's thread may still use the model. */
    @GuardedBy("this")
    private boolean galleryRuns;

    /** Of {@link System#nanoTime}, since when its model is opened and run in this process; 0 before and after that. */
    private volatile long openingNanos;

    private volatile long lastUsedNanos = System.nanoTime();

    ModelVersion(VersionKey key) {
        this.key = key;
    }

    /**
     * Brings it from nothing to building its gallery, or to its refusal.
     *
     * @param bounded whether building has to leave most of the machine to others
     * @throws KafkaException if that can't be done now; it may be tried again
     */
    void advance(VersionOpener opener, BooleanSupplier bounded) {
        ServingModel opened = null;
        try {
            opened = open(opener);
            tellOfNoDomain(opened);
            enter(VersionState.WARMING);
            opener.warm(opened);
            GalleryUpdate applying =
                    opener.update(opened, () -> state() == VersionState.BUILDING && bounded.getAsBoolean());
            build(opened, applying, opener.gallery(key.id(), applying));
        } catch (KafkaException e) {
            close(opened);
            throw e;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // Whatever a package brings about is its own failure, and never that of the versions beside it.
            close(opened);
            refuse(fault(e));
        } finally {
            openingNanos = 0;
        }
    }

    /** Lets go of the package, which is as large as the network, before the version is built. */
    private ServingModel open(VersionOpener opener) throws IOException {
        ModelPackage assembled = opener.assemble(key);
        enter(VersionState.VALIDATING);
        opener.tryOut(key, assembled);
        openingNanos = System.nanoTime();
        return opener.validate(assembled);
    }

    private void tellOfNoDomain(ServingModel opened) {
        Embedder embedder = opened.embedder();
        if (opened.domain() != DomainRule.OFF && !embedder.isStandIn() && !embedder.knowsDomain()) {
            log.warn(
                    "{} knows no domain: its package has no statistics of the pictures that it was trained for, so those of another kind are judged like any",
                    key.id());
        }
    }

    private static void close(@Nullable ServingModel opened) {
        if (opened != null) {
            opened.close();
        }
    }

    VersionKey key() {
        return key;
    }

    /** How long its model has been opened, tested and warmed in this process, if it is now. */
    Duration opening() {
        long since = openingNanos;
        return since == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }

    private static String fault(Throwable e) {
        if (e instanceof OutOfMemoryError) {
            return "it takes more memory than there is (%s): give the verifier a larger heap".formatted(e.getMessage());
        }
        boolean foreseen =
                e instanceof IOException || e instanceof InferenceException || e instanceof IllegalArgumentException;
        return foreseen ? String.valueOf(e.getMessage()) : "it can't be opened: " + e;
    }

    /** Lets the gallery follow with a model that is open; closes both where the version was dropped meanwhile. */
    void build(ServingModel opened, GalleryUpdate applying, TopicFollower following) {
        synchronized (this) {
            if (!dropped) {
                model = opened;
                update = applying;
                gallery = following;
                galleryRuns = true;
                following.start();
                enter(VersionState.BUILDING);
                return;
            }
        }
        following.close();
        opened.close();
    }

    /** Where it is; looks whether its gallery has caught up. */
    synchronized VersionState state() {
        if (state == VersionState.BUILDING && gallery != null && gallery.caughtUp()) {
            enter(VersionState.READY);
        }
        return state;
    }

    /** Why it is refused, or an empty text. */
    synchronized String reason() {
        return reason;
    }

    synchronized @Nullable ServingModel model() {
        return model;
    }

    /** References that it can't use; none before its gallery is built. */
    synchronized UnusableReferences unusable() {
        return update == null ? new UnusableReferences() : update.unusable();
    }

    /** Who keeps its gallery; null where nobody does. */
    synchronized @Nullable TopicFollower follower() {
        return gallery;
    }

    /** Why its gallery is no longer kept, or an empty text. */
    synchronized String failure() {
        return gallery == null ? "" : gallery.failure();
    }

    /** The model to be used until {@link #release}, or null where it isn't ready. */
    synchronized @Nullable ServingModel use() {
        if (dropped || state() != VersionState.READY) {
            return null;
        }
        users++;
        lastUsedNanos = System.nanoTime();
        return model;
    }

    synchronized void release() {
        users--;
        closeUnused();
    }

    /** True if nobody has used it for so long. What is refused holds nothing and goes on saying so. */
    boolean isIdle(Duration duration) {
        return System.nanoTime() - lastUsedNanos > duration.toNanos() && state() != VersionState.REFUSED;
    }

    /** Takes it out of use for good, at once; what it holds goes when it is dropped. */
    synchronized void refuse(String why) {
        if (dropped) {
            return;
        }
        log.warn("{} is refused: {}", key.id(), why);
        state = VersionState.REFUSED;
        reason = why;
        dropped = true;
    }

    /**
     * Ends it: at once for whoever would use it, in the background for what still runs.
     *
     * @return the thread that waits for its gallery's last batch and then lets go of the model; null where there is none to wait
     *     for
     */
    @Nullable
    Thread drop() {
        TopicFollower follower;
        GalleryUpdate applied;
        synchronized (this) {
            dropped = true;
            follower = gallery;
            applied = update;
            gallery = null;
            closeUnused();
        }
        if (follower == null || applied == null) {
            return null;
        }
        Thread ending = new Thread(
                () -> {
                    // Waits for a batch, which the model must not be closed under.
                    applied.stop();
                    synchronized (this) {
                        galleryRuns = false;
                        closeUnused();
                    }
                    follower.close();
                },
                "drop " + key.id());
        ending.setDaemon(true);
        ending.start();
        return ending;
    }

    /** Whether something still uses its model. */
    synchronized boolean holds() {
        return model != null;
    }

    @GuardedBy("this")
    private void closeUnused() {
        if (dropped && users == 0 && !galleryRuns && model != null) {
            model.close();
            model = null;
            update = null;
        }
    }

    private synchronized void enter(VersionState next) {
        if (dropped) {
            return;
        }
        state = next;
        log.info("{} is {}", key.id(), next);
    }
}
