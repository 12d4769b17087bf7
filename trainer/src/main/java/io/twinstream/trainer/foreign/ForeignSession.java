package io.twinstream.trainer.foreign;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.verifier.inference.NativeGuard;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs a rewritten graph on ONNX Runtime's CPU provider while it is tried, on one thread. */
final class ForeignSession implements AutoCloseable {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final InputSpec spec;

    ForeignSession(byte[] graph, InputSpec spec) throws OrtException {
        NativeGuard.check();
        this.spec = spec;
        this.environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "twinstream");
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            session = environment.createSession(graph, options);
        }
    }

    /** Runs these pictures as one batch and tells what each output is; null for one that is no tensor. */
    Map<String, @Nullable TensorInfo> outputs(List<float[]> pictures) throws OrtException {
        Map<String, @Nullable TensorInfo> infos = new LinkedHashMap<>();
        try (OnnxTensor images = images(pictures);
                OrtSession.Result result = session.run(Map.of("image", images))) {
            for (Map.Entry<String, OnnxValue> each : result) {
                infos.put(each.getKey(), each.getValue().getInfo() instanceof TensorInfo tensor ? tensor : null);
            }
        }
        return infos;
    }

    /**
     * Embeds these pictures as one batch.
     *
     * @param pictures each {@code [channels][height][width]}, as the graph's {@code image} takes them
     */
    float[][] embed(List<float[]> pictures) throws OrtException {
        try (OnnxTensor images = images(pictures);
                OrtSession.Result result = session.run(Map.of("image", images))) {
            return (float[][]) result.get(0).getValue();
        }
    }

    private OnnxTensor images(List<float[]> pictures) throws OrtException {
        FloatBuffer samples = FloatBuffer.allocate(pictures.size() * spec.length());
        pictures.forEach(samples::put);
        return OnnxTensor.createTensor(
                environment, samples.flip(), new long[] {pictures.size(), spec.channels(), spec.height(), spec.width()
                });
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
