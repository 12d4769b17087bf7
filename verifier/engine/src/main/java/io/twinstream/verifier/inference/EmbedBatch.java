package io.twinstream.verifier.inference;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.inference.Embeddings.OfPicture;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.locate.RegionCut;
import io.twinstream.verifier.locate.Suppression;
import io.twinstream.verifier.preprocess.PictureWarp;
import io.twinstream.verifier.preprocess.Views;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch belongs to one thread: pictures go into a direct input buffer and embeddings come out of a pinned one, so
 * that nothing is copied between Java and ONNX Runtime. It is run in buckets of powers of two, the largest first, so
 * that a session sees the same few shapes for ever. No bucket is larger than the embedder's {@link BatchCut} says.
 *
 * <p>Where the package has a locator, pictures wait until they are located together. Then what was found in them goes into
 * the input buffer, and only that is embedded.
 *
 * <p>Maintainers: waiting pictures are copies, since their decoder overwrites them; {@link #MOST_HELD_BYTES} bounds these. The
 * input has an image for each view of each region that may be found in a waiting picture, so what is located always fits.
 */
public final class EmbedBatch {
    private static final double NANOS = 1e9;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    /** The samples of waiting pictures, in bytes, beyond which they are located at once. */
    private static final long MOST_HELD_BYTES = 32 << 20;

    /**
     * A batch size says for how much a batch has room.
     *
     * @param images images that are embedded
     * @param regions regions of each picture that are embedded, the largest first; 1 to {@link Suppression#MOST}
     * @param views views of each region, whose mean embedding counts
     */
    record BatchSize(int images, int regions, int views) {
        BatchSize {
            if (images < 1) {
                throw new IllegalArgumentException("maxImages must be positive, was " + images);
            }
            if (regions < 1 || regions > Suppression.MOST) {
                throw new IllegalArgumentException(
                        "regions must be 1 to %d, was %d".formatted(Suppression.MOST, regions));
            }
            Views.requireCount(views);
            // The two pictures of a pair go together.
            images = Math.max(images, regions == 1 ? views : 2 * regions * views);
        }

        int ofPicture() {
            return regions * views;
        }
    }

    /** A waiting picture has a place in the batch, and what has become of it so far. */
    private static final class Waiting {
        final int number;
        /** Pixels between the left and upper edge of the picture that was added and those of the part that is held. */
        final float right;

        final float down;
        /** Says that the picture came with a region of its sender's. */
        final boolean given;
        /** The regions that are embedded at most. */
        final int most;
        /** Holds what is to be located in; null where nothing is, or no more. */
        @Nullable
        Picture picture;

        List<Region> regions = List.of();
        /** The image of the first region's first view. */
        int image;

        int embedded;
        boolean stuck;

        Waiting(int number, float right, float down, boolean given, int most) {
            this.number = number;
            this.right = right;
            this.down = down;
            this.given = given;
            this.most = most;
        }
    }

    private final Inference inference;
    private final int embeddingLength;
    private final BatchSize size;
    /** Checks inputs for pictures that can't be judged; null on a stand-in, whose embeddings mean nothing. */
    private final @Nullable InputCheck check;

    /** Holds the input of one image while it is checked. */
    private final float[] checked;

    private final RegionCut regionCut;
    private final PictureWarp warp;
    private final Buffers buffers;
    private final BoundedRun.RunBounds bounds;
    private final BatchCut cut;
    private final BatchRuns runs = new BatchRuns();
    private final @Nullable LocateBatch locating;
    private final List<Waiting> pictures = new ArrayList<>();
    private final BatchInput input;
    private int images;
    private int waiting;
    private long heldBytes;
    /** Says that the locator stood still on waiting pictures, which are tried one by one when the batch is run. */
    private boolean stalled;

    EmbedBatch(
            Inference inference,
            InputSpec spec,
            int embeddingLength,
            BatchSize size,
            @Nullable InputCheck check,
            @Nullable Locator locator,
            Buffers buffers,
            BoundedRun.RunBounds bounds,
            BatchCut cut) {
        this.inference = inference;
        this.embeddingLength = embeddingLength;
        this.size = size;
        this.check = check;
        this.checked = new float[check == null ? 0 : spec.length()];
        this.regionCut = new RegionCut(spec, locator == null ? null : locator.spec());
        this.warp = PictureWarp.of(spec);
        this.buffers = buffers;
        this.bounds = bounds;
        this.cut = cut;
        this.locating =
                locator == null ? null : new LocateBatch(locator, size.images() / size.ofPicture(), buffers, runs);
        this.input = new BatchInput(spec, inference.form(), size.images(), buffers);
    }

    /** Returns how many more pictures fit into the batch, whatever is found in them. */
    public int free() {
        return stalled ? 0 : room() / size.ofPicture();
    }

    private int room() {
        return size.images() - images - waiting * size.ofPicture();
    }

    /** Adds a picture; what is embedded is located in it first, where the package has a locator. */
    public void add(Picture picture) {
        add(picture, size.regions());
    }

    /** Adds a picture of which the largest region alone is embedded, such as the one that a pair is compared with. */
    public void addLargest(Picture picture) {
        add(picture, 1);
    }

    private void add(Picture picture, int most) {
        Waiting added = added(0, 0, false, most);
        if (locating == null) {
            write(picture);
            added.embedded = 1;
        } else {
            hold(
                    added,
                    new Picture(
                            picture.width(),
                            picture.height(),
                            picture.channels(),
                            picture.samples().clone()));
        }
    }

    /**
     * Adds a picture with the region that its sender found in it. A box without the key points that the package lays onto
     * its template is cut out, and the largest find in it counts.
     */
    public void add(Picture picture, Region region) {
        if (locating == null || !regionCut.needsPoints() || regionCut.hasPoints(region)) {
            place(added(0, 0, true, 1), picture, List.of(region));
            return;
        }
        RegionCut.Box box = RegionCut.Box.of(picture, region);
        if (box == null) {
            added(0, 0, true, 1);
        } else {
            hold(added(box.x(), box.y(), true, 1), box.cut(picture));
        }
    }

    private Waiting added(float right, float down, boolean given, int most) {
        if (room() < size.ofPicture()) {
            throw new IllegalStateException("the batch of %d images is full".formatted(size.images()));
        }
        beginIfEmpty();
        Waiting added = new Waiting(pictures.size(), right, down, given, most);
        added.image = images;
        pictures.add(added);
        return added;
    }

    private void beginIfEmpty() {
        if (images == 0) {
            input.begin();
        }
    }

    private void hold(Waiting added, Picture copy) {
        added.picture = copy;
        waiting++;
        heldBytes += copy.samples().length;
        boolean scarce = size.regions() > 1 && room() < 2 * size.ofPicture();
        if (!stalled && (scarce || heldBytes > MOST_HELD_BYTES)) {
            try {
                stalled = !locateTogether(System.nanoTime(), Long.MAX_VALUE);
            } catch (InferenceException e) {
                // It comes again when the batch is run, where callers expect it.
                stalled = true;
            }
        }
    }

    /** Locates in what waits as long as the patience lasts; returns false if it is over or the locator stood still. */
    private boolean locateTogether(long begunNanos, long patienceNanos) {
        LocateBatch locator = locating;
        List<Waiting> left = left();
        for (int from = 0; locator != null && from < left.size(); ) {
            int bucket = Integer.highestOneBit(Math.min(locator.most(), left.size() - from));
            if (System.nanoTime() - begunNanos > patienceNanos || !locate(locator, left.subList(from, from + bucket))) {
                return false;
            }
            from += bucket;
        }
        return true;
    }

    private List<Waiting> left() {
        return pictures.stream().filter(each -> each.picture != null).toList();
    }

    private boolean locate(LocateBatch locator, List<Waiting> some) {
        List<Picture> shown = new ArrayList<>(some.size());
        for (Waiting each : some) {
            if (each.picture != null) {
                shown.add(each.picture);
            }
        }
        List<List<Region>> found = locator.run(shown);
        if (found == null) {
            return false;
        }
        for (int i = 0; i < some.size(); i++) {
            settle(some.get(i));
            place(some.get(i), shown.get(i), found.get(i));
        }
        return true;
    }

    private void settle(Waiting each) {
        if (each.picture != null) {
            heldBytes -= each.picture.samples().length;
            each.picture = null;
            waiting--;
        }
    }

    /** Puts the largest regions of a picture into the input; those without pixels are no regions. */
    private void place(Waiting each, Picture picture, List<Region> found) {
        List<Region> regions = new ArrayList<>(found.size());
        each.image = images;
        for (Region region : found) {
            boolean embeds = each.embedded < each.most;
            Picture part = embeds ? regionCut.of(picture, region) : null;
            if (part != null) {
                write(part);
                each.embedded++;
            }
            if (part != null || (!embeds && !each.given)) {
                regions.add(region.moved(each.right, each.down));
            }
        }
        each.regions = List.copyOf(regions);
    }

    /** Writes all views of a picture into the input. */
    private void write(Picture picture) {
        for (int view = 0; view < size.views(); view++) {
            input.add(Views.of(picture, view, warp));
            images++;
        }
    }

    /**
     * Embeds the pictures in the order in which they were added, and empties the batch. Where regions are located, the largest
     * counts.
     *
     * @return an embedding for each picture; an empty one where nothing was found
     * @throws InferenceException if the embedder or the locator fails, or a run takes longer than its bound
     */
    public float[][] run() {
        try {
            if (!locateTogether(System.nanoTime(), Long.MAX_VALUE)) {
                throw new InferenceException("a run of the locator took longer than its bound");
            }
            ByteBuffer output = buffers.output(size.images() * embeddingLength);
            runAll(output);
            float[][] embeddings = new float[pictures.size()][];
            for (Waiting each : pictures) {
                embeddings[each.number] = each.embedded == 0 ? new float[0] : mean(output, each.image);
            }
            return embeddings;
        } finally {
            empty();
        }
    }

    private void runAll(ByteBuffer output) {
        for (int from = 0; from < images; ) {
            int bucket = cut.next(images - from);
            if (!run(from, bucket, output)) {
                throw tooLong(bucket);
            }
            from += bucket;
        }
    }

    private InferenceException tooLong(int bucket) {
        return new InferenceException("a run of the embedder on %d images took more than %.1f s"
                .formatted(bucket, bounds.nanos(bucket) / NANOS));
    }

    /**
     * Embeds the pictures and empties the batch, even if single images make a model stand still. Where a run exceeds
     * its bound its images are run one by one, and the pictures of those that exceed it alone too get no embedding.
     *
     * @param first how many pictures, from the batch's first, are run in any case; the others are run only while the
     *     patience lasts
     * @param patienceNanos the nanoseconds after which no further run begins
     * @throws InferenceException if the embedder or the locator fails for another reason than its bound
     */
    public Embeddings runEach(int first, long patienceNanos) {
        long begun = System.nanoTime();
        try {
            if (!locateTogether(begun, patienceNanos)) {
                locateAlone(first, begun, patienceNanos);
            }
            ByteBuffer output = buffers.output(size.images() * embeddingLength);
            BitSet done = new BitSet();
            BitSet stuck = new BitSet();
            int[] owners = owners();
            for (int from = 0; from < images; ) {
                int bucket = cut.next(images - from);
                boolean late = System.nanoTime() - begun > patienceNanos;
                if (!late && run(from, bucket, output)) {
                    done.set(from, from + bucket);
                } else {
                    for (int image = from; image < from + bucket; image++) {
                        boolean begins = begins(owners[image], first, begun, patienceNanos);
                        boolean ran = begins && run(image, 1, output);
                        done.set(image, ran);
                        stuck.set(image, begins && !ran && !runs.isCancelled());
                    }
                }
                from += bucket;
            }
            return embeddings(output, done, stuck);
        } finally {
            empty();
        }
    }

    private void locateAlone(int first, long begunNanos, long patienceNanos) {
        for (Waiting each : left()) {
            if (locating != null
                    && begins(each.number, first, begunNanos, patienceNanos)
                    && !locate(locating, List.of(each))) {
                each.stuck = !runs.isCancelled();
                settle(each);
            }
        }
    }

    private boolean begins(int picture, int first, long begunNanos, long patienceNanos) {
        return (picture < first || System.nanoTime() - begunNanos <= patienceNanos) && !runs.isCancelled();
    }

    /** Returns the number of the picture that each image belongs to. */
    private int[] owners() {
        int[] owners = new int[images];
        for (Waiting each : pictures) {
            for (int i = 0; i < each.embedded * size.views(); i++) {
                owners[each.image + i] = each.number;
            }
        }
        return owners;
    }

    private Embeddings embeddings(ByteBuffer output, BitSet done, BitSet stuck) {
        List<OfPicture> all = new ArrayList<>(pictures.size());
        for (Waiting each : pictures) {
            int end = each.image + each.embedded * size.views();
            int firstStuck = stuck.nextSetBit(each.image);
            if (each.stuck || (firstStuck >= 0 && firstStuck < end)) {
                all.add(OfPicture.STUCK);
            } else if (each.picture != null || done.nextClearBit(each.image) < end) {
                all.add(OfPicture.LATE);
            } else {
                all.add(embedded(each, output));
            }
        }
        return new Embeddings(all);
    }

    private OfPicture embedded(Waiting each, ByteBuffer output) {
        List<float[]> vectors = new ArrayList<>(each.embedded);
        List<@Nullable UndecidedCause> causes = new ArrayList<>(each.embedded);
        for (int region = 0; region < each.embedded; region++) {
            int image = each.image + region * size.views();
            vectors.add(mean(output, image));
            causes.add(cause(image));
        }
        return new OfPicture(each.regions, vectors, causes, false);
    }

    private void empty() {
        pictures.clear();
        images = 0;
        waiting = 0;
        heldBytes = 0;
        stalled = false;
    }

    /** Ends the current run and every later one at once; their images get no embedding. Any thread may call this. */
    public void cancel() {
        runs.cancel();
    }

    /** Adds a picture as one image, without looking for anything in it. */
    void addWhole(Picture picture) {
        Waiting added = added(0, 0, true, 1);
        write(picture);
        added.embedded = 1;
    }

    /** Measures a run of the locator, if there is one, on so many copies of the picture, to bound later runs by it. */
    void measureLocator(Picture picture, int bucket) {
        if (locating != null && bucket <= locating.most()) {
            locating.measure(picture, bucket);
        }
    }

    /** Fills the input with copies of the picture, for {@link #measure}. */
    void fill(Picture picture) {
        beginIfEmpty();
        for (int image = 0; image < size.images(); image++) {
            input.add(picture);
        }
    }

    /**
     * Runs the embedder on so many images of the input as it was filled, and bounds later runs by it. Uses the batch's own
     * buffers.
     *
     * @return the nanoseconds that the run took: of this thread's processor time on the CPU, which other work on the machine
     *     changes little, and else of the clock
     */
    long measure(int bucket) {
        ByteBuffer output = buffers.output(size.images() * embeddingLength);
        long begun = nanos();
        if (!run(0, bucket, output)) {
            throw tooLong(bucket);
        }
        long took = nanos() - begun;
        bounds.measured(bucket, runs.tookNanos());
        return took;
    }

    private long nanos() {
        return inference.isOnCpu() ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }

    /** Runs some of the images; returns false if that took longer than its bound. */
    private boolean run(int from, int bucket, ByteBuffer output) {
        ByteBuffer in = input.images(from, bucket);
        FloatBuffer out = slice(output, from * embeddingLength, bucket * embeddingLength);
        return runs.run(
                bounds.nanos(bucket),
                () -> "the embedder failed on %d images".formatted(bucket),
                bounded -> inference.run(bucket, in, out, bounded));
    }

    /** Returns the mean embedding over the views whose first one is an image. */
    private float[] mean(ByteBuffer output, int image) {
        FloatBuffer results = slice(output, image * embeddingLength, size.views() * embeddingLength);
        float[] mean = new float[embeddingLength];
        results.get(mean);
        if (size.views() == 1) {
            return mean;
        }
        for (int d = 0; d < embeddingLength; d++) {
            float sum = 0;
            for (int view = 0; view < size.views(); view++) {
                sum += results.get(view * embeddingLength + d) / size.views();
            }
            mean[d] = sum;
        }
        return mean;
    }

    private @Nullable UndecidedCause cause(int image) {
        if (check == null) {
            return null;
        }
        input.read(image, checked);
        return check.reason(checked, 0);
    }

    static FloatBuffer slice(ByteBuffer buffer, int fromFloat, int floats) {
        return buffer.slice(fromFloat * Float.BYTES, floats * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /**
     * Buffers are the direct memory of one thread, shared by the batches that it fills one after the other. Versions
     * that follow each other share it too: the garbage collector frees direct memory late, so it would grow with every
     * swap. They grow to the largest batch and serve one batch at a time.
     */
    public static final class Buffers {
        private ByteBuffer input = direct(0);
        private ByteBuffer located = direct(0);
        private ByteBuffer output = direct(0);

        /** Returns an input buffer of at least so many bytes; its contents are lost where it has to grow. */
        ByteBuffer input(int bytes) {
            if (input.capacity() < bytes) {
                input = direct(bytes);
            }
            return input;
        }

        /** Returns an input buffer for a locator. */
        ByteBuffer located(int floats) {
            if (located.capacity() < bytes(floats)) {
                located = direct(bytes(floats));
            }
            return located;
        }

        ByteBuffer output(int floats) {
            if (output.capacity() < bytes(floats)) {
                output = direct(bytes(floats));
            }
            return output;
        }

        private static ByteBuffer direct(int bytes) {
            return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        }

        private static int bytes(int floats) {
            return Math.multiplyExact(floats, Float.BYTES);
        }
    }
}
