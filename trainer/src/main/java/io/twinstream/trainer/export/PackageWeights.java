package io.twinstream.trainer.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.network.TrainedWeights;
import io.twinstream.verifier.inference.MatcherWeights;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads back from a package the numbers that a network learns on from. */
public final class PackageWeights {
    private static final Set<String> WITH_WEIGHTS = Set.of("Conv", "Gemm");

    private PackageWeights() {}

    /** Returns the numbers of a package that {@link ModelExport} has written. */
    public static TrainedWeights of(ModelPackage model) throws IOException {
        ModelProto embedder = ModelProto.parseFrom(model.file(ModelPackage.EMBEDDER));
        Map<String, TensorProto> constants = new HashMap<>();
        embedder.getGraph().getInitializerList().forEach(each -> constants.put(each.getName(), each));
        List<float[]> layers = new ArrayList<>();
        for (NodeProto node : embedder.getGraph().getNodeList()) {
            if (WITH_WEIGHTS.contains(node.getOpType())) {
                layers.add(values(constants.get(node.getInput(1))));
                layers.add(values(constants.get(node.getInput(2))));
            }
        }
        MatcherWeights matcher = MatcherWeights.of(model);
        return new TrainedWeights(model.origin(), layers, matcher.weights(), matcher.bias());
    }

    static float[] values(@Nullable TensorProto constant) {
        if (constant == null) {
            throw new IllegalArgumentException(
                    "the parent was not written by this trainer: its weights aren't constants");
        }
        FloatBuffer raw = constant.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] values = new float[raw.remaining()];
        raw.get(values);
        return values;
    }
}
