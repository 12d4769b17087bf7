package io.twinstream.trainer.foreign;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.twinstream.schemas.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the weights that a model keeps in files beside it into the model itself. It reads files in the model's own folder
 * alone: no absolute path, no way up, no link that leads out. It is for one model.
 */
final class ExternalData {
    private static final Pattern ABSOLUTE = Pattern.compile("(?s)[/\\\\].*|[A-Za-z]:.*");
    private static final int CHUNK_BYTES = 1 << 16;

    private final Path model;
    private final Map<String, Path> files = new TreeMap<>();
    private long bytes;

    ExternalData(Path model) {
        this.model = model;
    }

    /**
     * Returns the model with all weights inside.
     *
     * @throws ImportException if a file lies elsewhere, isn't there or is too short, or all is too large
     */
    ModelProto inlined(ModelProto proto) throws IOException {
        bytes = proto.getSerializedSize();
        ModelProto.Builder whole = proto.toBuilder();
        inline(whole.getGraphBuilder());
        for (int i = 0; i < whole.getFunctionsCount(); i++) {
            FunctionProto.Builder function = whole.getFunctionsBuilder(i);
            for (int node = 0; node < function.getNodeCount(); node++) {
                if (holdsExternal(function.getNode(node))) {
                    inline(function.getNodeBuilder(node));
                }
            }
        }
        return files.isEmpty() ? proto : whole.build();
    }

    /** Returns the SHA-256 of the model's file, followed by those of {@link #inlined} in the order of their names. */
    String sha256() throws IOException {
        MessageDigest digest = Sha256.digest();
        update(digest, model);
        for (Path file : files.values()) {
            update(digest, file);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, Path file) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
            }
        }
    }

    private void inline(GraphProto.Builder graph) throws IOException {
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            if (isExternal(graph.getInitializer(i))) {
                graph.setInitializer(i, inside(graph.getInitializer(i)));
            }
        }
        for (int i = 0; i < graph.getSparseInitializerCount(); i++) {
            SparseTensorProto sparse = graph.getSparseInitializer(i);
            if (isExternal(sparse.getValues())) {
                graph.getSparseInitializerBuilder(i).setValues(inside(sparse.getValues()));
            }
            if (isExternal(sparse.getIndices())) {
                graph.getSparseInitializerBuilder(i).setIndices(inside(sparse.getIndices()));
            }
        }
        for (int i = 0; i < graph.getNodeCount(); i++) {
            if (holdsExternal(graph.getNode(i))) {
                inline(graph.getNodeBuilder(i));
            }
        }
    }

    private void inline(NodeProto.Builder node) throws IOException {
        for (int i = 0; i < node.getAttributeCount(); i++) {
            AttributeProto.Builder attribute = node.getAttributeBuilder(i);
            if (isExternal(attribute.getT())) {
                attribute.setT(inside(attribute.getT()));
            }
            for (int j = 0; j < attribute.getTensorsCount(); j++) {
                if (isExternal(attribute.getTensors(j))) {
                    attribute.setTensors(j, inside(attribute.getTensors(j)));
                }
            }
        }
    }

    private static boolean holdsExternal(NodeProto node) {
        return node.getAttributeList().stream()
                .anyMatch(each -> isExternal(each.getT())
                        || each.getTensorsList().stream().anyMatch(ExternalData::isExternal));
    }

    private static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    }

    private TensorProto inside(TensorProto tensor) throws IOException {
        Map<String, String> place = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            place.put(entry.getKey(), entry.getValue());
        }
        String location = place.getOrDefault("location", "");
        Path file = file(location, tensor.getName());
        long size = Files.size(file);
        long offset = number(place.get("offset"), 0, location);
        long length = number(place.get("length"), size - offset, location);
        if (offset < 0 || length < 0 || length > size || offset > size - length) {
            throw new ImportException(
                    "%s: the weights '%s' lie at %d to %d of %s, which has %d bytes: copy that file whole"
                            .formatted(model, tensor.getName(), offset, offset + length, location, size));
        }
        bytes += length;
        if (bytes > ForeignModel.MOST_BYTES) {
            throw new ImportException(
                    "%s and the weights beside it have more than the 2 GB that a model may have: take a smaller one, or one of fp16"
                            .formatted(model));
        }
        return tensor.toBuilder()
                .clearExternalData()
                .clearDataLocation()
                .setRawData(read(file, offset, (int) length))
                .build();
    }

    private Path file(String location, String tensor) throws IOException {
        Path known = files.get(location);
        if (known != null) {
            return known;
        }
        Path folder = model.toAbsolutePath().getParent();
        if (folder == null || location.isEmpty() || ABSOLUTE.matcher(location).matches() || climbs(location)) {
            throw outside(location, tensor);
        }
        Path file;
        try {
            file = folder.resolve(location);
        } catch (InvalidPathException e) {
            throw outside(location, tensor);
        }
        if (!Files.isRegularFile(file)) {
            throw new ImportException(
                    "%s keeps its weights in %s, which isn't in its folder: copy it there".formatted(model, location));
        }
        if (!file.toRealPath().startsWith(folder.toRealPath())) {
            throw outside(location, tensor);
        }
        files.put(location, file);
        return file;
    }

    private static boolean climbs(String location) {
        for (String part : location.split("[/\\\\]", -1)) {
            if (part.equals("..")) {
                return true;
            }
        }
        return false;
    }

    private ImportException outside(String location, String tensor) {
        return new ImportException(
                "%s keeps the weights '%s' in '%s', and only files in its own folder are read: export it into one folder"
                        .formatted(model, tensor, location));
    }

    private long number(@Nullable String value, long otherwise, String location) throws ImportException {
        try {
            return value == null ? otherwise : Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new ImportException(
                    "%s names the place '%s' in %s, which is no number: export it again"
                            .formatted(model, value, location),
                    e);
        }
    }

    private static ByteString read(Path file, long offset, int length) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(length);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(offset);
            int read = 0;
            while (content.hasRemaining() && read >= 0) {
                read = channel.read(content);
            }
        }
        return ByteString.copyFrom(content.flip());
    }
}
