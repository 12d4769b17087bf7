package io.twinstream.trainer.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Shows what ONNX Runtime makes of a model when it opens it. */
final class Optimised {
    private Optimised() {}

    /** Returns the operators that it runs. */
    static List<String> operators(byte[] onnx) throws IOException, OrtException {
        Path file = Files.createTempFile("optimised", ".onnx");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizedModelFilePath(file.toString());
            OrtEnvironment.getEnvironment().createSession(onnx, options).close();
            return written(Files.readAllBytes(file));
        } finally {
            Files.delete(file);
        }
    }

    /** Returns the operators that stand in a model. */
    static List<String> written(byte[] onnx) throws IOException {
        return ModelProto.parseFrom(onnx).getGraph().getNodeList().stream()
                .map(NodeProto::getOpType)
                .toList();
    }
}
