package io.twinstream.schemas.modelpackage;

import java.util.Map;
import java.util.TreeMap;

/**
 * A model as it is stored and shipped: a manifest and the files that it vouches for. What exists is whole: every
 * file is there and has the hash that the manifest names.
 */
public final class ModelPackage {
    /** Image tensor {@code image [n, channels, height, width]} to {@code embedding [n, embeddingLength]}. */
    public static final String EMBEDDER = "embedder.onnx";

    /**
     * Two embeddings {@code probe [n, embeddingLength]} and {@code reference [n, embeddingLength]} to
     * {@code logit [n, 1]} and {@code score [n, 1]}; also gives {@code weights [embeddingLength]} and {@code bias [1]}
     * as outputs, so that a kernel outside ONNX Runtime compares with the very same numbers.
     */
    public static final String MATCHER = "matcher.onnx";

    private final Manifest manifest;
    private final byte[] manifestBytes;
    private final String sha256;
    private final Map<String, byte[]> files;

    ModelPackage(Manifest manifest, byte[] manifestBytes, Map<String, byte[]> files) {
        this.manifest = manifest;
        this.manifestBytes = manifestBytes;
        this.sha256 = Sha256.of(manifestBytes);
        this.files = new TreeMap<>(files);
    }

    public Manifest manifest() {
        return manifest;
    }

    /** The manifest as it stands in the package; not to be changed. */
    public byte[] manifestBytes() {
        return manifestBytes;
    }

    /** SHA-256 of the manifest's bytes: the identity of the package. */
    public String sha256() {
        return sha256;
    }

    /** The bytes of {@link #EMBEDDER} or {@link #MATCHER}; not to be changed. */
    public byte[] file(String name) {
        byte[] bytes = files.get(name);
        if (bytes == null) {
            throw new IllegalArgumentException("no file %s in a model package".formatted(name));
        }
        return bytes;
    }
}
