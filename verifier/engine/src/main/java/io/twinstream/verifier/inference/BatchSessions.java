package io.twinstream.verifier.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An embedder's sessions by the size of the batch that they run. On CUDA each size has its own, opened when it is first asked
 * for: ONNX Runtime keeps a convolution's cuDNN plan for the last shape alone, and another plan takes milliseconds.
 */
final class BatchSessions implements AutoCloseable {
    private final OpenSession first;
    private final byte[] model;
    private final Map<Integer, OrtSession> bySize = new ConcurrentHashMap<>();

    /**
     * Takes the session over.
     *
     * @param first of the model; for all sizes on the CPU, for single images on CUDA
     */
    BatchSessions(OpenSession first, byte[] model) {
        this.first = first;
        // Large models are not to stay in memory where they aren't opened again.
        this.model = first.provider().equals(OpenSession.CUDA) ? model : new byte[0];
        bySize.put(1, first.session());
    }

    String provider() {
        return first.provider();
    }

    OrtSession of(int images) {
        return first.provider().equals(OpenSession.CUDA)
                ? bySize.computeIfAbsent(images, size -> OpenSession.another(model))
                : first.session();
    }

    @Override
    public void close() throws OrtException {
        for (OrtSession session : bySize.values()) {
            session.close();
        }
    }
}
