package io.twinstream.verifier.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of ONNX Runtime and the provider that it really runs on.
 *
 * @param provider {@code CUDA} or {@code CPU}
 */
record OpenSession(OrtSession session, String provider) {
    private static final Logger log = LoggerFactory.getLogger(OpenSession.class);

    static OpenSession open(byte[] model, ProviderChoice choice) {
        TelemetryGuard.check();
        if (choice == ProviderChoice.CPU) {
            return onCpu(model);
        }
        try {
            return onCuda(model);
        } catch (OrtException e) {
            if (choice == ProviderChoice.CUDA) {
                throw new InferenceException("verifier.provider=cuda, and CUDA can't be used", e);
            }
            log.info("running on the CPU, since CUDA can't be used: {}", InferenceException.firstLine(e));
            return onCpu(model);
        }
    }

    private static OpenSession onCpu(byte[] model) {
        try (OrtSession.SessionOptions options = options()) {
            return new OpenSession(OrtEnvironment.getEnvironment().createSession(model, options), "CPU");
        } catch (OrtException e) {
            throw new InferenceException("ONNX Runtime refuses the model", e);
        }
    }

    private static OpenSession onCuda(byte[] model) throws OrtException {
        // The list names what the jar was built with, not what the machine has; so it can only say no.
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new OrtException("this build holds ONNX Runtime for CPUs alone: build with mvn -Pcuda");
        }
        try (OrtSession.SessionOptions options = options();
                OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
            cuda.add("cudnn_conv_algo_search", "HEURISTIC");
            // TF32 rounds to 10 bits: scores would differ from the CPU's in the third digit.
            cuda.add("use_tf32", "0");
            options.addCUDA(cuda);
            return new OpenSession(OrtEnvironment.getEnvironment().createSession(model, options), "CUDA");
        }
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
