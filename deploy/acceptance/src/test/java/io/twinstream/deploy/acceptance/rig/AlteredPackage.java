package io.twinstream.deploy.acceptance.rig;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.twinstream.schemas.text.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Makes model packages with another manifest or another embedder than they were made with; as archives they are whole. */
public final class AlteredPackage {
    private static final String MANIFEST = "manifest.json";
    private static final String EMBEDDER = "embedder.onnx";
    private static final JsonMapper JSON = new JsonMapper();

    private AlteredPackage() {}

    /** Returns the manifest's bytes, whatever it says. */
    public static byte[] manifest(byte[] archive) throws IOException {
        return files(archive).get(MANIFEST);
    }

    /** Returns the package with a change to its manifest. */
    public static byte[] withManifest(byte[] archive, Consumer<ObjectNode> change) throws IOException {
        Map<String, byte[]> files = files(archive);
        ObjectNode manifest = (ObjectNode) JSON.readTree(files.get(MANIFEST));
        change.accept(manifest);
        files.put(MANIFEST, JSON.writeValueAsBytes(manifest));
        return zipped(files);
    }

    /** Returns the package with another embedder, whose length and hash its manifest names. */
    public static byte[] withEmbedder(byte[] archive, byte[] embedder) throws IOException {
        Map<String, byte[]> files = files(archive);
        files.put(EMBEDDER, embedder);
        return withManifest(
                zipped(files),
                manifest -> manifest.withArray("files").forEach(file -> {
                    if (file.path("name").asText().equals(EMBEDDER)) {
                        ((ObjectNode) file).put("bytes", embedder.length).put("sha256", Sha256.of(embedder));
                    }
                }));
    }

    private static Map<String, byte[]> files(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    private static byte[] zipped(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
