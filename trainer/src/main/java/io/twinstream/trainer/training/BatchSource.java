package io.twinstream.trainer.training;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.verifier.preprocess.Affine;
import io.twinstream.verifier.preprocess.PictureWarp;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes the batch of any step, as a function of the seed and the step alone. The last word on the pixels has the
 * verifier's preprocessor: training sees what serving sees. For one thread.
 */
final class BatchSource {
    /** Odd, so that steps keep apart, and not the increment of {@link SplittableRandom} itself. */
    private static final long STEP_SPREAD = 0xD1342543DE82EF95L;

    private final ImageSet folder;
    private final Sampler sampler;
    private final Distortion distortion;
    private final long seed;
    private final PictureWarp warp;
    private final Preprocessor preprocessor;
    private final FloatBuffer[] buffers;

    BatchSource(ImageSet folder, InputSpec input, Sampler sampler, Distortion distortion, long seed) {
        this.folder = folder;
        this.sampler = sampler;
        this.distortion = distortion;
        this.seed = seed;
        warp = PictureWarp.of(input);
        preprocessor = new Preprocessor(input);
        buffers = new FloatBuffer[] {buffer(input), buffer(input)};
    }

    Batch batch(long step) {
        SplittableRandom random = new SplittableRandom(seed ^ (step * STEP_SPREAD));
        List<Drawing> drawings = sampler.choose(step, random);
        FloatBuffer pixels = buffers[(int) (step % buffers.length)].clear();
        for (Drawing drawing : drawings) {
            preprocessor.write(draw(drawing, random), pixels);
        }
        return new Batch(
                pixels.flip(), drawings.stream().mapToInt(Drawing::label).toArray());
    }

    private Picture draw(Drawing drawing, SplittableRandom random) {
        Picture source = folder.classes()
                .get(drawing.classIndex())
                .images()
                .get(drawing.image())
                .picture();
        boolean sideways = drawing.quarterTurns() % 2 == 1;
        Affine map = distortion.draw(random, source.width(), source.height());
        Affine laid = (drawing.mirrored() ? map.thenMirror() : map).thenTurn(drawing.quarterTurns());
        return warp.warp(source, laid, sideways);
    }

    private FloatBuffer buffer(InputSpec input) {
        return ByteBuffer.allocateDirect(sampler.images() * input.length() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
