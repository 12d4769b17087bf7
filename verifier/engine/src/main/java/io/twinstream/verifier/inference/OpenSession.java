package io.twinstream.verifier.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open session is a session of ONNX Runtime with the provider that it really runs on.
 *
 * @param provider the provider's name, {@code CUDA} or {@code CPU}
 */
record OpenSession(OrtSession session, String provider) {
    static final String CUDA = "CUDA";

    private static final Logger log = LoggerFactory.getLogger(OpenSession.class);

    /** The cause that the log has already: each session would repeat it. */
    private static final AtomicReference<@Nullable String> toldCause = new AtomicReference<>();

    /**
     * Opens a session on the provider that the operator chose.
     *
     * @param input the shape of the graph's input, for a first run on CUDA
     */
    static OpenSession open(byte[] model, InputSpec input, ProviderChoice choice) {
        if (choice == ProviderChoice.CPU) {
            return onCpu(model);
        }
        try {
            return onCuda(model, input);
        } catch (OrtException e) {
            if (choice == ProviderChoice.CUDA) {
                throw new InferenceException(
                        "verifier.provider=cuda needs a device that works, its driver, CUDA 12 and cuDNN 9", e);
            }
            String cause = InferenceException.firstLine(e);
            if (!cause.equals(toldCause.getAndSet(cause))) {
                log.info("running on the CPU, since CUDA can't be used: {}", cause);
            }
            return onCpu(model);
        }
    }

    static OpenSession onCpu(byte[] model) {
        OrtEnvironment environment = environment();
        try (OrtSession.SessionOptions options = options()) {
            return new OpenSession(environment.createSession(model, options), Inference.CPU);
        } catch (OrtException e) {
            throw new InferenceException("ONNX Runtime refuses the model", e);
        }
    }

    private static OpenSession onCuda(byte[] model, InputSpec input) throws OrtException {
        OrtEnvironment environment = environment();
        // The list names what the jar was built with, not what the machine has; so it can only say no.
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new OrtException("this build holds ONNX Runtime for CPUs alone: build with mvn -Pcuda");
        }
        OrtSession session = cudaSession(environment, model);
        try {
            runOnce(session, input);
        } catch (OrtException e) {
            session.close();
            throw e;
        }
        return new OpenSession(session, CUDA);
    }

    /** Opens another graph on the provider that this session runs on. */
    OpenSession likewise(byte[] model) {
        return provider.equals(CUDA) ? new OpenSession(another(model), CUDA) : onCpu(model);
    }

    /** Opens a further session on CUDA, of a model that runs there already. */
    static OrtSession another(byte[] model) {
        try {
            return cudaSession(environment(), model);
        } catch (OrtException e) {
            throw new InferenceException("no further session can be opened on CUDA", e);
        }
    }

    private static OrtSession cudaSession(OrtEnvironment environment, byte[] model) throws OrtException {
        try (OrtSession.SessionOptions options = options();
                OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
            cuda.add("cudnn_conv_algo_search", "HEURISTIC");
            // TF32 rounds to 10 bits: scores would differ from the CPU's in the third digit.
            cuda.add("use_tf32", "0");
            options.addCUDA(cuda);
            return environment.createSession(model, options);
        }
    }

    /**
     * Runs the session once, since only a run shows that cuDNN is missing or that the kernels weren't built for the
     * device.
     */
    private static void runOnce(OrtSession session, InputSpec input) throws OrtException {
        float[][][][] blank = new float[1][input.channels()][input.height()][input.width()];
        try (OnnxTensor image = OnnxTensor.createTensor(environment(), blank)) {
            session.run(Map.of(OnnxInference.INPUT, image)).close();
        }
    }

    /**
     * Returns ONNX Runtime's environment, with its own log silenced: failures are thrown, and the log would repeat them
     * on standard error over many lines.
     */
    static OrtEnvironment environment() {
        NativeGuard.check();
        return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "twinstream");
    }

    /**
     * Returns options for one thread inside a run: the callers' threads are the parallelism, and they share the
     * session.
     */
    private static OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.setDeterministicCompute(true);
        return options;
    }
}
