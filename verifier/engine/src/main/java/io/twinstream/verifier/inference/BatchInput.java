package io.twinstream.verifier.inference;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A batch input is the direct memory that a batch's images are written to one after the other, in the form that its inference
 * takes. For one thread.
 */
final class BatchInput {
    private final InputSpec spec;
    private final InputForm form;
    private final int most;
    private final EmbedBatch.Buffers buffers;
    private final Preprocessor preprocessor;
    private ByteBuffer memory;
    private FloatBuffer floats;
    private int images;

    /** @param most images for which there is room */
    BatchInput(InputSpec spec, InputForm form, int most, EmbedBatch.Buffers buffers) {
        this.spec = spec;
        this.form = form;
        this.most = most;
        this.buffers = buffers;
        this.preprocessor = new Preprocessor(spec);
        this.memory = memory();
        this.floats = memory.asFloatBuffer();
    }

    private ByteBuffer memory() {
        return buffers.input(Math.multiplyExact(most, form.bytes(spec)));
    }

    /** Begins with the first image, in the thread's memory: another batch may have used it since, and may have made it grow. */
    void begin() {
        memory = memory();
        floats = memory.asFloatBuffer();
        images = 0;
    }

    /**
     * Writes the next image.
     *
     * @throws IllegalArgumentException if the picture has other channels than the input, or another size where samples are taken
     */
    void add(Picture picture) {
        if (form == InputForm.FLOATS) {
            preprocessor.write(picture, floats);
        } else {
            preprocessor.requireSize(picture);
            memory.put(images * form.bytes(spec), picture.samples());
        }
        images++;
    }

    /** Returns some of the images, as the inference takes them. */
    ByteBuffer images(int from, int count) {
        int each = form.bytes(spec);
        return memory.slice(from * each, count * each).order(ByteOrder.nativeOrder());
    }

    /** Reads an image as floats, {@code [channels][height][width]}, whatever its form. */
    void read(int image, float[] values) {
        if (form == InputForm.FLOATS) {
            floats.get(image * spec.length(), values);
        } else {
            byte[] samples = new byte[spec.length()];
            memory.get(image * form.bytes(spec), samples);
            Picture picture = new Picture(spec.width(), spec.height(), spec.channels(), samples);
            preprocessor.write(picture, FloatBuffer.wrap(values));
        }
    }
}
