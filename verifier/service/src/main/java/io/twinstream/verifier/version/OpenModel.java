package io.twinstream.verifier.version;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.references.GalleryUpdate;
import io.twinstream.verifier.references.UnusableReferences;
import org.jspecify.annotations.Nullable;

/**
 * A model that is open, with the gallery that follows the references. It is closed once it was ended and the last that uses
 * it is done, the gallery's thread included. Safe for many threads.
 *
 * <p>Maintainers: what still runs is never closed under, however long it runs. A model that nothing ends stays open.
 */
final class OpenModel {
    /** What is let go of together: a version that was refused stays known for long, and its gallery is large. */
    private record Parts(ServingModel model, GalleryUpdate update) {}

    private final ModelId id;
    private final TopicFollower gallery;

    @GuardedBy("this")
    private @Nullable Parts parts;

    @GuardedBy("this")
    private int users;

    /** Whether the gallery's thread may still use the model. */
    @GuardedBy("this")
    private boolean galleryRuns;

    /** Waits for the gallery's last batch; null until this was ended. */
    @GuardedBy("this")
    private @Nullable Thread ending;

    /** Takes the model and the follower over; starts nothing yet. */
    OpenModel(ModelId id, ServingModel model, GalleryUpdate update, TopicFollower gallery) {
        this.id = id;
        this.gallery = gallery;
        this.parts = new Parts(model, update);
    }

    /** Lets the gallery follow. */
    synchronized void start() {
        galleryRuns = true;
        gallery.start();
    }

    /** Closes what was never started. */
    synchronized void abandon() {
        gallery.close();
        close();
    }

    /** Whether all references that stood on the topic at the start are in the gallery. */
    boolean galleryIsBuilt() {
        return gallery.caughtUp();
    }

    /** The model to be used until {@link #release}; null once this was ended. */
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

    /** The model to look at; null once it is closed. */
    synchronized @Nullable ServingModel model() {
        return parts == null ? null : parts.model();
    }

    /** References that it can't use; none once it is closed. */
    synchronized UnusableReferences unusable() {
        return parts == null ? new UnusableReferences() : parts.update().unusable();
    }

    /** Who keeps the gallery; null once this was ended. */
    synchronized @Nullable TopicFollower follower() {
        return ending == null ? gallery : null;
    }

    /**
     * Ends it: at once for whoever would use it, in the background for what still runs. Once; later calls change nothing.
     *
     * @return the thread that waits for the gallery's last batch and then lets go of the model
     */
    synchronized Thread end() {
        if (ending != null) {
            return ending;
        }
        GalleryUpdate applied = parts == null ? null : parts.update();
        Thread thread = new Thread(() -> endGallery(applied), "drop " + id);
        thread.setDaemon(true);
        ending = thread;
        thread.start();
        return thread;
    }

    private void endGallery(@Nullable GalleryUpdate applied) {
        if (applied != null) {
            // Waits for a batch, which the model must not be closed under.
            applied.stop();
        }
        synchronized (this) {
            galleryRuns = false;
            closeUnused();
        }
        gallery.close();
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
            parts = null;
        }
    }
}
