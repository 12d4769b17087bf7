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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of ONNX Runtime and the provider that it really runs on.
 *
 * @param provider {@code CUDA} or {@code CPU}
 */
record OpenSession(OrtSession session, String provider) {
    static final String CUDA = "CUDA";

    private static final Logger log = LoggerFactory.getLogger(OpenSession.class);

    /** @param input what the model's embedder takes */
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
            log.info("running on the CPU, since CUDA can't be used: {}", InferenceException.firstLine(e));
            return onCpu(model);
        }
    }

    static OpenSession onCpu(byte[] model) {
        OrtEnvironment environment = environment();
        try (OrtSession.SessionOptions options = options()) {
            return new OpenSession(environment.createSession(model, options), "CPU");
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

    /** One more on CUDA, of a model that runs there. */
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

    /** A session opens without cuDNN, and on a device that its kernels weren't built for; only a run shows it. */
    private static void runOnce(OrtSession session, InputSpec input) throws OrtException {
        float[][][][] blank = new float[1][input.channels()][input.height()][input.width()];
        try (OnnxTensor image = OnnxTensor.createTensor(environment(), blank)) {
            session.run(Map.of(OnnxInference.INPUT, image)).close();
        }
    }

    /** Silent: what fails is thrown, and else would be on standard error as well, over many lines. */
    static OrtEnvironment environment() {
        NativeGuard.check();
        return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "twinstream");
    }

    /** One thread inside a run: the callers' threads are the parallelism, and they share the session. */
    private static OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.setDeterministicCompute(true);
        return options;
    }
}
