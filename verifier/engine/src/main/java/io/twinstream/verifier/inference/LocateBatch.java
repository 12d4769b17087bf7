package io.twinstream.verifier.inference;

import io.twinstream.schemas.image.Picture;
import io.twinstream.verifier.locate.LocatorView;
import io.twinstream.verifier.locate.RawOutputs;
import io.twinstream.verifier.locate.Region;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A locate batch runs a locator for one thread, on up to {@link #most} pictures at once, in buckets of powers of two. Its
 * input is a direct buffer of the thread's.
 */
final class LocateBatch {
    /** Bounds the input in floats: sixteen megabytes, which is 85 pictures of 128 x 128 and 3 of 640 x 640. */
    private static final int MOST_FLOATS = 1 << 22;

    /** On a CPU a detector's intermediate values leave the caches with more: 64 pictures take a fifth longer each. */
    private static final int MOST_ON_CPU = 4;

    private final Locator locator;
    private final EmbedBatch.Buffers buffers;
    private final BatchRuns runs;
    private final LocatorView view;
    private final int most;

    LocateBatch(Locator locator, int maxPictures, EmbedBatch.Buffers buffers, BatchRuns runs) {
        this.locator = locator;
        this.buffers = buffers;
        this.runs = runs;
        this.view = new LocatorView(locator.spec());
        int atOnce = Math.min(maxPictures, MOST_FLOATS / locator.input().length());
        this.most = Math.max(1, locator.isOnCpu() ? Math.min(MOST_ON_CPU, atOnce) : atOnce);
    }

    /** Returns how many pictures are run at once at most. */
    int most() {
        return most;
    }

    /**
     * Returns what was found in each picture, the largest first, or null if the run took longer than its bound.
     *
     * @throws InferenceException if the locator fails for another reason
     */
    @Nullable
    List<List<Region>> run(List<Picture> pictures) {
        int images = pictures.size();
        int floats = images * locator.input().length();
        ByteBuffer bytes = buffers.located(floats);
        FloatBuffer in = EmbedBatch.slice(bytes, 0, floats);
        for (Picture picture : pictures) {
            view.write(picture, in);
        }
        in.rewind();
        List<RawOutputs> raw = new ArrayList<>(1);
        boolean done = runs.run(
                locator.bounds().nanos(images),
                "the locator failed on %d images".formatted(images),
                bounded -> raw.add(locator.run(images, in, bounded)));
        if (!done) {
            return null;
        }
        List<List<Region>> found = new ArrayList<>();
        for (int image = 0; image < images; image++) {
            Picture picture = pictures.get(image);
            found.add(view.inPicture(locator.finds(raw.get(0), image), picture.width(), picture.height()));
        }
        return found;
    }

    /** Measures a run on so many copies of the picture, to bound later runs by it. */
    void measure(Picture picture, int pictures) {
        if (run(Collections.nCopies(pictures, picture)) != null) {
            locator.bounds().measured(pictures, runs.tookNanos());
        }
    }
}
