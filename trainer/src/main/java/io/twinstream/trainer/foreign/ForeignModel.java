package io.twinstream.trainer.foreign;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A foreign model is an ONNX file that others exported, read whole, with the weights that lay beside it inside. It holds
 * no control flow and no operators but those that ONNX Runtime has.
 *
 * @param file the file's name, without its folder
 * @param sha256 the SHA-256 of the file, followed by its files of external data in the order of their names
 * @param opset the version of ONNX's own operators, {@value #OLDEST_OPSET} or above
 */
record ForeignModel(String file, String sha256, ModelProto proto, long opset) {
    /** An array, and a message of Protocol Buffers, has no more bytes. */
    static final long MOST_BYTES = Integer.MAX_VALUE - 64;

    /** ONNX Runtime vouches for no older one. */
    static final long OLDEST_OPSET = 7;

    private static final Set<String> OWN_DOMAINS = Set.of("", "ai.onnx");
    private static final Set<String> KNOWN_DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft");
    private static final Set<String> CONTROL_FLOW = Set.of("If", "Loop", "Scan", "SequenceMap");
    private static final int HEAD_BYTES = 512;

    /**
     * Reads and checks a file.
     *
     * @throws ImportException if it is no ONNX file, or one that can't be taken
     */
    static ForeignModel read(Path path) throws IOException {
        String file = String.valueOf(path.getFileName());
        if (Files.isDirectory(path)) {
            throw new ImportException("%s is a folder: name the .onnx file in it".formatted(path));
        }
        if (!Files.isRegularFile(path)) {
            throw new ImportException("no ONNX file at %s: check the path".formatted(path));
        }
        long bytes = Files.size(path);
        if (bytes > MOST_BYTES) {
            throw new ImportException("%s has %d bytes, and a model may have 2 GB: take a smaller one, or one of fp16"
                    .formatted(path, bytes));
        }
        requireNoOtherKind(path);
        ModelProto proto = parsed(path);
        long opset = opset(proto, path);
        requireKnownOperators(proto, path);
        ExternalData data = new ExternalData(path);
        ModelProto whole = data.inlined(proto);
        return new ForeignModel(file, data.sha256(), whole, opset);
    }

    private static ModelProto parsed(Path path) throws IOException {
        try {
            ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(path));
            if (proto.getGraph().getNodeCount() > 0) {
                return proto;
            }
        } catch (InvalidProtocolBufferException e) {
            throw new ImportException(
                    "%s is no ONNX file, or only a part of one: export or download it again".formatted(path), e);
        }
        throw new ImportException("%s is no ONNX file: it holds no graph of operators".formatted(path));
    }

    /** Names what the file is where its first bytes tell that it is something else. */
    private static void requireNoOtherKind(Path path) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        String start = text.strip().toLowerCase(Locale.ROOT);
        String kind = "";
        if (head.length == 0) {
            kind = "is empty: export or download it again";
        } else if (text.startsWith("version https://git-lfs.github.com/spec/")) {
            kind = "is a pointer of Git LFS and not the model itself: run 'git lfs pull' where it lies";
        } else if (start.startsWith("<!doctype") || start.startsWith("<html") || start.startsWith("<?xml")) {
            kind = "is a web page and not a model: download the file that the page links to";
        } else if (text.startsWith("PK\u0003\u0004")) {
            kind = "is a zip archive, as PyTorch's checkpoints are: unpack it, or export the model to ONNX";
        } else if (text.startsWith("\u001f\u008b") || text.startsWith("BZh") || text.startsWith("\u00fd7zXZ")) {
            kind = "is compressed: unpack it first";
        } else if (text.startsWith("\u0080") && head.length > 1 && head[1] >= 2 && head[1] <= 5) {
            kind = "is a pickle of Python: export the model to ONNX";
        } else if (text.startsWith("\u0089HDF")) {
            kind = "is an HDF5 file, as Keras writes them: convert it by tf2onnx";
        } else if (text.startsWith("TFL3", 4)) {
            kind = "is a TensorFlow Lite model: convert it by tf2onnx";
        } else if (text.chars()
                .allMatch(each -> (each >= ' ' && each < 0x7f) || each == '\n' || each == '\r' || each == '\t')) {
            kind = "is text and not a model: download or export it again";
        }
        if (!kind.isEmpty()) {
            throw new ImportException("%s %s".formatted(path, kind));
        }
    }

    private static long opset(ModelProto proto, Path path) throws ImportException {
        long opset = proto.getOpsetImportList().stream()
                .filter(each -> OWN_DOMAINS.contains(each.getDomain()))
                .mapToLong(OperatorSetIdProto::getVersion)
                .max()
                .orElse(0);
        if (opset < OLDEST_OPSET) {
            throw new ImportException(
                    "%s is of opset %d, and ONNX Runtime takes %d or above: export it again for opset 17"
                            .formatted(path, opset, OLDEST_OPSET));
        }
        return opset;
    }

    private static void requireKnownOperators(ModelProto proto, Path path) throws ImportException {
        Set<String> known = new HashSet<>(KNOWN_DOMAINS);
        List<NodeProto> nodes = new ArrayList<>(proto.getGraph().getNodeList());
        for (FunctionProto function : proto.getFunctionsList()) {
            known.add(function.getDomain());
            nodes.addAll(function.getNodeList());
        }
        Set<String> custom = new TreeSet<>();
        for (NodeProto node : nodes) {
            if (OWN_DOMAINS.contains(node.getDomain()) && CONTROL_FLOW.contains(node.getOpType())) {
                throw new ImportException(
                        "%s holds the control flow %s (node '%s'), which isn't imported: export it without loops and branches"
                                .formatted(path, node.getOpType(), node.getName()));
            }
            if (!known.contains(node.getDomain())) {
                custom.add(node.getDomain() + "." + node.getOpType());
            }
        }
        if (!custom.isEmpty()) {
            throw new ImportException(
                    "%s needs operators that ONNX Runtime doesn't have, as %s: export it with ONNX's own operators"
                            .formatted(
                                    path,
                                    String.join(", ", custom.stream().limit(3).toList())));
        }
    }
}
