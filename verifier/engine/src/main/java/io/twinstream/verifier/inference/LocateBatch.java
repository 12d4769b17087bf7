package io.twinstream.verifier.inference;

import io.twinstream.schemas.image.Picture;
import io.twinstream.verifier.locate.CloseUp;
import io.twinstream.verifier.locate.LocatorView;
import io.twinstream.verifier.locate.RawOutputs;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.locate.Suppression;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A locate batch runs a locator for one thread, on up to {@link #most} pictures at once, in buckets of powers of two. Its
 * input is a direct buffer of the thread's. Where the locator has close-ups, each find is located once more in its own.
 */
final class LocateBatch {
    /** Bounds the input in floats: sixteen megabytes, which is 85 pictures of 128 x 128 and 3 of 640 x 640. */
    private static final int MOST_FLOATS = 1 << 22;

    private static final Suppression ONCE = new Suppression(false);
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
     * Returns what was found in each picture, the largest first, or null if a run took longer than its bound.
     *
     * @throws InferenceException if the locator fails for another reason
     */
    @Nullable
    List<List<Region>> run(List<Picture> pictures) {
        List<List<Region>> found = look(pictures.size(), pictures::get);
        Double factor = locator.spec().closeUp();
        return found == null || factor == null ? found : closer(pictures, found, factor);
    }

    /** Returns what is found in so many pictures, each of which is asked for once. */
    private @Nullable List<List<Region>> look(int images, IntFunction<Picture> pictures) {
        int floats = images * locator.input().length();
        ByteBuffer bytes = buffers.located(floats);
        FloatBuffer in = EmbedBatch.slice(bytes, 0, floats);
        int[] widths = new int[images];
        int[] heights = new int[images];
        for (int image = 0; image < images; image++) {
            Picture picture = pictures.apply(image);
            widths[image] = picture.width();
            heights[image] = picture.height();
            view.write(picture, in);
        }
        in.rewind();
        List<RawOutputs> raw = new ArrayList<>(1);
        boolean done = runs.run(
                locator.bounds().nanos(images),
                () -> "the locator failed on %d images".formatted(images),
                bounded -> raw.add(locator.run(images, in, bounded)));
        if (!done) {
            return null;
        }
        List<List<Region>> found = new ArrayList<>();
        for (int image = 0; image < images; image++) {
            found.add(view.inPicture(locator.finds(raw.get(0), image), widths[image], heights[image]));
        }
        return found;
    }

    /** Locates each find once more, in its close-up. */
    private @Nullable List<List<Region>> closer(List<Picture> pictures, List<List<Region>> found, double factor) {
        List<List<Region>> closer = new ArrayList<>();
        List<CloseUp> closeUps = new ArrayList<>();
        List<List<Region>> owners = new ArrayList<>();
        for (int image = 0; image < pictures.size(); image++) {
            List<Region> regions = new ArrayList<>();
            for (Region region : found.get(image)) {
                closeUps.add(view.closeUp(pictures.get(image), region, factor));
                owners.add(regions);
            }
            closer.add(regions);
        }
        for (int from = 0; from < closeUps.size(); ) {
            int first = from;
            int bucket = Integer.highestOneBit(Math.min(most, closeUps.size() - first));
            List<List<Region>> again =
                    look(bucket, image -> closeUps.get(first + image).picture());
            if (again == null) {
                return null;
            }
            for (int image = 0; image < bucket; image++) {
                Region same = closeUps.get(first + image).same(again.get(image));
                if (same != null) {
                    owners.get(first + image).add(same);
                }
            }
            from += bucket;
        }
        // Two finds may have become one.
        return closer.stream().map(ONCE::of).toList();
    }

    /** Measures a run on so many copies of the picture, to bound later runs by it. */
    void measure(Picture picture, int pictures) {
        if (look(pictures, image -> picture) != null) {
            locator.bounds().measured(pictures, runs.tookNanos());
        }
    }
}
