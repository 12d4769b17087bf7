package io.twinstream.trainer.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Graph links tell which node of a graph gives a tensor, and which nodes take it. */
final class GraphLinks {
    private final Map<String, TensorProto> constants = new HashMap<>();
    private final Map<String, NodeProto> sources = new HashMap<>();
    private final Map<String, List<NodeProto>> takers = new HashMap<>();
    private final Set<String> outputs = new HashSet<>();

    GraphLinks(GraphProto graph) {
        graph.getInitializerList().forEach(each -> constants.put(each.getName(), each));
        graph.getOutputList().stream().map(ValueInfoProto::getName).forEach(outputs::add);
        for (NodeProto node : graph.getNodeList()) {
            node.getOutputList().forEach(each -> sources.put(each, node));
            node.getInputList()
                    .forEach(each -> takers.computeIfAbsent(each, name -> new ArrayList<>())
                            .add(node));
        }
    }

    /** Returns the one node that takes a tensor, as its first input; null if it isn't of this operator, or others see the tensor too. */
    @Nullable
    NodeProto taker(String tensor, String operator) {
        List<NodeProto> all = takers.getOrDefault(tensor, List.of());
        return all.size() == 1
                        && !outputs.contains(tensor)
                        && all.get(0).getOpType().equals(operator)
                        && all.get(0).getInput(0).equals(tensor)
                ? all.get(0)
                : null;
    }

    /** Returns the one node that takes what a node gives, as {@link #taker} does; null after null. */
    @Nullable
    NodeProto next(@Nullable NodeProto node, String operator) {
        return node == null || node.getOutputCount() != 1 ? null : taker(node.getOutput(0), operator);
    }

    /** Returns the node that gives an input of a node alone; null if there is none, it isn't of this operator or gives it to others. */
    @Nullable
    NodeProto source(NodeProto node, int input, String operator) {
        if (input >= node.getInputCount()) {
            return null;
        }
        String tensor = node.getInput(input);
        NodeProto source = sources.get(tensor);
        return source != null
                        && source.getOpType().equals(operator)
                        && takers.getOrDefault(tensor, List.of()).size() == 1
                        && !outputs.contains(tensor)
                ? source
                : null;
    }

    /** Returns the constant that only this node takes, as this input; null if there is none. */
    @Nullable
    TensorProto constant(NodeProto node, int input) {
        if (input >= node.getInputCount()) {
            return null;
        }
        TensorProto constant = constants.get(node.getInput(input));
        return constant != null
                        && takers.getOrDefault(constant.getName(), List.of()).size() == 1
                ? constant
                : null;
    }

    /** Returns a node's attribute; null where it has none of this name. */
    static @Nullable AttributeProto attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Returns an attribute that is a list of integers. */
    static List<Long> integers(NodeProto node, String name, List<Long> otherwise) {
        AttributeProto attribute = attribute(node, name);
        return attribute == null ? otherwise : attribute.getIntsList();
    }

    /** Returns an attribute that is one integer. */
    static long integer(NodeProto node, String name, long otherwise) {
        AttributeProto attribute = attribute(node, name);
        return attribute == null ? otherwise : attribute.getI();
    }
}
