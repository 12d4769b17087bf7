package io.twinstream.verifier.version;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.verifier.inference.InferenceException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version on its way to being ready here, in use, and to its end: it is closed when it has been dropped and the last
 * that uses it is done. One thread advances it; any may use it.
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
            enter(VersionState.WARMING);
            opener.warm(opened);
            build(opener, opened, bounded);
        } catch (KafkaException e) {
            throw e;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // Whatever a package brings about is its own failure, and never that of the versions beside it.
            if (opened != null) {
                opened.close();
            }
            refuse(fault(e));
        }
    }

    /** Lets go of the package, which is as large as the network, before the version is built. */
    private ServingModel open(VersionOpener opener) throws IOException {
        ModelPackage assembled = opener.assemble(key);
        enter(VersionState.VALIDATING);
        return opener.validate(assembled);
    }

    private static String fault(Throwable e) {
        if (e instanceof OutOfMemoryError) {
            return "it takes more memory than there is (%s): give the verifier a larger heap".formatted(e.getMessage());
        }
        boolean foreseen =
                e instanceof IOException || e instanceof InferenceException || e instanceof IllegalArgumentException;
        return foreseen ? String.valueOf(e.getMessage()) : "it can't be opened: " + e;
    }

    private synchronized void build(VersionOpener opener, ServingModel opened, BooleanSupplier bounded) {
        model = opened;
        update = opener.update(opened, () -> state() == VersionState.BUILDING && bounded.getAsBoolean());
        gallery = opener.gallery(key.id(), update);
        gallery.start();
        enter(VersionState.BUILDING);
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

    synchronized Map<String, String> unusable() {
        return update == null ? Map.of() : update.unusable();
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

    /** Takes it out of use for good, at once; what it holds goes when the thread that advances it drops it. */
    synchronized void refuse(String why) {
        log.warn("{} is refused: {}", key.id(), why);
        state = VersionState.REFUSED;
        reason = why;
        dropped = true;
    }

    /** Ends it. */
    void drop() {
        TopicFollower follower;
        GalleryUpdate applied;
        synchronized (this) {
            dropped = true;
            follower = gallery;
            applied = update;
            gallery = null;
        }
        if (follower != null && applied != null) {
            // Waits for a batch, which the model must not be closed under.
            applied.stop();
            follower.close();
        }
        synchronized (this) {
            closeUnused();
        }
    }

    @GuardedBy("this")
    private void closeUnused() {
        if (dropped && users == 0 && gallery == null && model != null) {
            model.close();
            model = null;
            update = null;
        }
    }

    private synchronized void enter(VersionState next) {
        state = next;
        log.info("{} is {}", key.id(), next);
    }
}
