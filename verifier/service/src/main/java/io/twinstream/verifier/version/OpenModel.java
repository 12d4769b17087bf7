package io.twinstream.verifier.version;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.references.GalleryUpdate;
import io.twinstream.verifier.references.UnusableReferences;
import org.jspecify.annotations.Nullable;

/**
 * An open model is a model with the gallery that follows the references. It is closed once it was ended and its last
 * user is done, the gallery's thread included. Safe for many threads.
 *
 * <p>Maintainers: a model is never closed while something runs it, however long that takes. A model whose run nothing
 * can end stays open.
 */
final class OpenModel {
    /**
     * Parts are let go of together, since a refused version stays known for long and its gallery is large. The follower
     * is one of them, because it hands its records to the update.
     */
    private record Parts(ServingModel model, GalleryUpdate update, TopicFollower gallery) {}

    private final ModelId id;

    @GuardedBy("this")
    private @Nullable Parts parts;

    @GuardedBy("this")
    private int users;

    /** This is true while the gallery's thread may still use the model. */
    @GuardedBy("this")
    private boolean galleryRuns;

    /** Waits for the gallery's last batch; null until the model was ended. */
    @GuardedBy("this")
    private @Nullable Thread ending;

    /** Takes the model and the follower over, and starts nothing yet. */
    OpenModel(ModelId id, ServingModel model, GalleryUpdate update, TopicFollower gallery) {
        this.id = id;
        this.parts = new Parts(model, update, gallery);
    }

    /** Starts the gallery's follower. */
    synchronized void start() {
        if (parts != null) {
            galleryRuns = true;
            parts.gallery().start();
        }
    }

    /** Closes a model and a gallery that were never started. */
    synchronized void abandon() {
        if (parts != null) {
            parts.gallery().close();
        }
        close();
    }

    /** Returns whether all references that were on the topic at the start are in the gallery. */
    synchronized boolean galleryIsBuilt() {
        return parts != null && parts.gallery().caughtUp();
    }

    /** Returns the model, to be used until {@link #release}, or null once it was ended. */
    synchronized @Nullable ServingModel use() {
        if (ending != null || parts == null) {
            return null;
        }
        users++;
        return parts.model();
    }

    synchronized void release() {
        users--;
        closeUnused();
    }

    /** Returns the model to look at, or null once it is closed. */
    synchronized @Nullable ServingModel model() {
        return parts == null ? null : parts.model();
    }

    /** Returns the references that the model can't use; none once it is closed. */
    synchronized UnusableReferences unusable() {
        return parts == null ? new UnusableReferences() : parts.update().unusable();
    }

    /** Returns the follower that keeps the gallery, or null once the model was ended. */
    synchronized @Nullable TopicFollower follower() {
        return ending == null && parts != null ? parts.gallery() : null;
    }

    /**
     * Ends the model: at once for new users, in the background for what still runs. Later calls change nothing.
     *
     * @return the thread that waits for the gallery's last batch and then lets go of the model
     */
    synchronized Thread end() {
        if (ending != null) {
            return ending;
        }
        // The thread is kept, so it must hold nothing but this.
        Thread thread = new Thread(this::endGallery, "drop " + id);
        thread.setDaemon(true);
        ending = thread;
        thread.start();
        return thread;
    }

    private void endGallery() {
        Parts ended;
        synchronized (this) {
            ended = parts;
        }
        if (ended == null) {
            return;
        }
        // This waits for the running batch, during which the model must not be closed.
        ended.update().stop();
        synchronized (this) {
            galleryRuns = false;
            closeUnused();
        }
        ended.gallery().close();
    }

    @GuardedBy("this")
    private void closeUnused() {
        if (ending != null && users == 0 && !galleryRuns) {
            close();
        }
    }

    @GuardedBy("this")
    private void close() {
        if (parts != null) {
            parts.model().close();
            parts.update().close();
            parts = null;
        }
    }
}
