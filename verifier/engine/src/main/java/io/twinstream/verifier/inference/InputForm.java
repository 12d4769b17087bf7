package io.twinstream.verifier.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.twinstream.schemas.modelpackage.InputSpec;
import java.nio.ByteBuffer;

/** An input form says as what an inference takes an image. Both forms give the same embedding to the bit. */
enum InputForm {
    /** Floats from 0 to 1, {@code [channels, height, width]}, as the graphs of packages take them. */
    FLOATS("image", Float.BYTES),
    /**
     * The samples of a picture that has the input's size, as they lie in it: a quarter of the bytes, and nothing to compute
     * before a run. Graphs take them once {@link SamplesGraph} has written them anew.
     */
    SAMPLES("image.samples", Byte.BYTES);

    private final String input;
    private final int bytesOfNumber;

    InputForm(String input, int bytesOfNumber) {
        this.input = input;
        this.bytesOfNumber = bytesOfNumber;
    }

    /** Returns the name of the graph's input. */
    String input() {
        return input;
    }

    /** Returns the bytes of an image. */
    int bytes(InputSpec spec) {
        return spec.length() * bytesOfNumber;
    }

    /** Returns a tensor of images that lie in a direct buffer, which is not copied. */
    OnnxTensor tensor(InputSpec spec, int images, ByteBuffer in) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        return this == FLOATS
                ? OnnxTensor.createTensor(environment, in.asFloatBuffer(), new long[] {
                    images, spec.channels(), spec.height(), spec.width()
                })
                : OnnxTensor.createTensor(
                        environment,
                        in,
                        new long[] {images, spec.height(), spec.width(), spec.channels()},
                        OnnxJavaType.UINT8);
    }
}
