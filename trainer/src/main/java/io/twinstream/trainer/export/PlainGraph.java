package io.twinstream.trainer.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Runs an embedder as it was written, with none of ONNX Runtime's optimisations. These forgive structural faults, and
 * another version may have others.
 */
final class PlainGraph implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    PlainGraph(byte[] embedder) throws ExportException {
        try (SessionOptions options = new SessionOptions()) {
            options.setOptimizationLevel(SessionOptions.OptLevel.NO_OPT);
            session = environment.createSession(embedder, options);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /**
     * Embeds some images.
     *
     * @param images {@code [n, c, h, w]} at the buffer's position, direct
     * @param shape the shape of the images
     * @return {@code [n, embeddingLength]}
     * @throws ExportException if the graph can't be run
     */
    float[][] embed(FloatBuffer images, long[] shape) throws ExportException {
        try (OnnxTensor input = OnnxTensor.createTensor(environment, images, shape);
                OrtSession.Result result = session.run(Map.of("image", input))) {
            return (float[][]) result.get(0).getValue();
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /**
     * Runs the embedder and hands out some of its outputs.
     *
     * @param images as {@link #embed} takes them
     */
    void show(FloatBuffer images, long[] shape, Set<String> outputs, BiConsumer<String, FloatBuffer> to)
            throws ExportException {
        try (OnnxTensor input = OnnxTensor.createTensor(environment, images, shape);
                OrtSession.Result result = session.run(Map.of("image", input), outputs)) {
            for (Map.Entry<String, OnnxValue> each : result) {
                to.accept(each.getKey(), ((OnnxTensor) each.getValue()).getFloatBuffer());
            }
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() throws ExportException {
        try {
            session.close();
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static ExportException failed(OrtException e) {
        return new ExportException("the exported model can't be run without optimisations: " + e.getMessage());
    }
}
