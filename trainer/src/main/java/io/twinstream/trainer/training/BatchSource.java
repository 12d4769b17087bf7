package io.twinstream.trainer.training;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.verifier.decode.Affine;
import io.twinstream.verifier.decode.Picture;
import io.twinstream.verifier.decode.PictureWarp;
import io.twinstream.verifier.decode.Preprocessor;
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
    private final InputSpec input;
    private final PairSampler sampler;
    private final Distortion distortion;
    private final long seed;
    private final Preprocessor preprocessor;

    BatchSource(ImageSet folder, InputSpec input, PairSampler sampler, Distortion distortion, long seed) {
        this.folder = folder;
        this.input = input;
        this.sampler = sampler;
        this.distortion = distortion;
        this.seed = seed;
        preprocessor = new Preprocessor(input);
    }

    Batch batch(long step) {
        SplittableRandom random = new SplittableRandom(seed ^ (step * STEP_SPREAD));
        List<PairChoice> choices = sampler.choose(step, random);
        FloatBuffer pixels = ByteBuffer.allocateDirect(2 * choices.size() * input.length() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (PairChoice choice : choices) {
            preprocessor.write(draw(choice, choice.first(), random), pixels);
        }
        for (PairChoice choice : choices) {
            preprocessor.write(draw(choice, choice.second(), random), pixels);
        }
        return new Batch(choices.size(), pixels.rewind());
    }

    private Picture draw(PairChoice choice, int image, SplittableRandom random) {
        Picture source =
                folder.classes().get(choice.classIndex()).images().get(image).picture();
        boolean sideways = choice.quarterTurns() % 2 == 1;
        Affine map = distortion.draw(random, source.width(), source.height()).thenTurn(choice.quarterTurns());
        return PictureWarp.warp(source, map, sideways);
    }
}
