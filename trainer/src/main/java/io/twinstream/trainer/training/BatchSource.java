package io.twinstream.trainer.training;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.training.Objective.Lesson;
import io.twinstream.trainer.training.Sampler.Drawing;
import io.twinstream.verifier.preprocess.PictureWarp;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Makes the batch of any step, as a function of the seed and the step alone. The verifier's preprocessor has the last
 * word on the pixels, so training sees what serving sees. It is for one thread.
 */
final class BatchSource {
    /**
     * The spread of steps is odd, so that steps keep apart, and not the increment of {@link SplittableRandom} itself.
     */
    private static final long STEP_SPREAD = 0xD1342543DE82EF95L;

    private final ImageSet folder;
    private final Sampler sampler;
    private final Effects effects;
    private final Optional<Teachers> teachers;
    private final long seed;
    private final PictureWarp warp;
    private final Preprocessor preprocessor;
    private final FloatBuffer[] buffers;

    BatchSource(ImageSet folder, InputSpec input, Sampler sampler, Effects effects, long seed) {
        this(folder, input, sampler, effects, Optional.empty(), seed);
    }

    /** @param teachers they judge the pictures of every batch, where there are any; they are used, not closed */
    BatchSource(
            ImageSet folder,
            InputSpec input,
            Sampler sampler,
            Effects effects,
            Optional<Teachers> teachers,
            long seed) {
        this.folder = folder;
        this.sampler = sampler;
        this.effects = effects;
        this.teachers = teachers;
        this.seed = seed;
        warp = PictureWarp.of(input);
        preprocessor = new Preprocessor(input);
        buffers = new FloatBuffer[] {buffer(input), buffer(input)};
    }

    Batch batch(long step) {
        SplittableRandom random = new SplittableRandom(seed ^ (step * STEP_SPREAD));
        List<Drawing> drawings = sampler.choose(step, random);
        FloatBuffer pixels = buffers[(int) (step % buffers.length)].clear();
        List<Picture> drawn = new ArrayList<>(drawings.size());
        for (Drawing drawing : drawings) {
            Picture picture = draw(drawing, random);
            preprocessor.write(picture, pixels);
            drawn.add(picture);
        }
        int[] labels = drawings.stream().mapToInt(Drawing::label).toArray();
        float[] taught = teachers.map(of -> of.logits(drawn)).orElseGet(() -> new float[0]);
        return new Batch(pixels.flip(), new Lesson(labels, taught));
    }

    private Picture draw(Drawing drawing, SplittableRandom random) {
        Picture source = folder.classes()
                .get(drawing.classIndex())
                .images()
                .get(drawing.image())
                .picture();
        return effects.draw(source, drawing, warp, random);
    }

    private FloatBuffer buffer(InputSpec input) {
        return ByteBuffer.allocateDirect(sampler.images() * input.length() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /**
     * A batch holds the images of one step, ready for the network.
     *
     * @param pixels {@code [n, c, h, w]} at position 0, a direct buffer that is used again two batches later
     */
    record Batch(FloatBuffer pixels, Lesson lesson) {
        int images() {
            return lesson.labels().length;
        }
    }

    /**
     * Draws the batch of the next step on a second thread while this one is learned from. The batches are those that
     * the source gives, in the order of the steps. At most one is waiting, and one is valid until the next is taken.
     */
    static final class BatchAhead implements AutoCloseable {
        private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "batch-ahead");
            thread.setDaemon(true);
            return thread;
        });
        private final BatchSource source;
        private long step;
        private Future<Batch> next;

        BatchAhead(BatchSource source, long firstStep) {
            this.source = source;
            step = firstStep;
            next = worker.submit(() -> source.batch(firstStep));
        }

        /** Returns the batch of the first step, and at each further call that of the step after. */
        Batch next() throws InterruptedException {
            try {
                Batch batch = next.get();
                long following = ++step;
                next = worker.submit(() -> source.batch(following));
                return batch;
            } catch (ExecutionException e) {
                throw new IllegalStateException("batch %d can't be drawn".formatted(step), e.getCause());
            }
        }

        /** Ends once the batch under way is drawn, as teachers may be closed after. */
        @Override
        public void close() {
            worker.shutdownNow();
            boolean interrupted = false;
            while (!worker.isTerminated()) {
                try {
                    var unusedEnd = worker.awaitTermination(1, TimeUnit.MINUTES);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
