package io.twinstream.schemas.modelpackage;

import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.text.Sha256;
import java.util.Map;
import java.util.TreeMap;

/**
 * This is a model as it is stored and shipped: a manifest and the files that it vouches for. A package that exists is whole: every
 * file is there and has the hash that the manifest names.
 */
public final class ModelPackage {
    /** The embedder maps the tensor {@code image [n, channels, height, width]} to {@code embedding [n, embeddingLength]}. */
    public static final String EMBEDDER = "embedder.onnx";

    /** The quantized form of {@link #EMBEDDER}; not in every package. */
    public static final String EMBEDDER_INT8 = "embedder-int8.onnx";

    /**
     * The matcher maps two embeddings, {@code probe [n, embeddingLength]} and {@code reference [n, embeddingLength]}, to
     * {@code logit [n, 1]} and {@code score [n, 1]}. It also gives {@code weights [embeddingLength]} and {@code bias [1]} as
     * outputs, so that a kernel outside ONNX Runtime compares with the very same numbers.
     */
    public static final String MATCHER = "matcher.onnx";

    /** The locator maps {@code image [n, 3, height, width]} to what its kind gives; not in every package. */
    public static final String LOCATOR = "locator.onnx";

    /** The file with the model's {@link InputDomain} as JSON; not in every package. */
    public static final String DOMAIN = "domain.json";

    private final Manifest manifest;
    private final byte[] manifestBytes;
    private final String sha256;
    private final Map<String, byte[]> files;
    private final Precision precision;

    ModelPackage(Manifest manifest, byte[] manifestBytes, Map<String, byte[]> files) {
        this(manifest, manifestBytes, Sha256.of(manifestBytes), files, Precision.FP32);
    }

    private ModelPackage(
            Manifest manifest, byte[] manifestBytes, String sha256, Map<String, byte[]> files, Precision precision) {
        this.manifest = manifest;
        this.manifestBytes = manifestBytes;
        this.sha256 = sha256;
        this.files = new TreeMap<>(files);
        this.precision = precision;
    }

    /**
     * Returns this package with a precision's embedder as {@link #EMBEDDER}, and that embedder's thresholds, histograms,
     * evaluation and golden vectors in the manifest.
     *
     * @throws IllegalArgumentException if the package holds no such embedder
     */
    public ModelPackage at(Precision wanted) {
        if (wanted == precision) {
            return this;
        }
        if (precision != Precision.FP32) {
            throw new IllegalStateException("only the package as it was read can be seen at another precision");
        }
        Manifest seen = manifest.at(wanted);
        Map<String, byte[]> exchanged = new TreeMap<>(files);
        exchanged.put(EMBEDDER, file(EMBEDDER_INT8));
        return new ModelPackage(seen, manifestBytes, sha256, exchanged, wanted);
    }

    /** Returns the precision of the embedder and of the manifest's facts; a package that was read has fp32. */
    public Precision precision() {
        return precision;
    }

    /** Returns whether the package can be seen {@link #at} int8. */
    public boolean hasInt8() {
        return manifest.int8() != null;
    }

    public Manifest manifest() {
        return manifest;
    }

    /** Returns the manifest's bytes as they stand in the package, not to be changed. */
    public byte[] manifestBytes() {
        return manifestBytes;
    }

    /** Returns the SHA-256 of the manifest's bytes, which identifies the package. */
    public String sha256() {
        return sha256;
    }

    /** Returns what a package made from this one names as its parent: {@code NAME/VERSION sha256:HASH}. */
    public String origin() {
        return "%s sha256:%s".formatted(ModelId.of(manifest), sha256);
    }

    /**
     * Returns the bytes of {@link #EMBEDDER}, {@link #MATCHER}, {@link #LOCATOR}, {@link #EMBEDDER_INT8} or
     * {@link #DOMAIN}, not to be changed.
     */
    public byte[] file(String name) {
        byte[] bytes = files.get(name);
        if (bytes == null) {
            throw new IllegalArgumentException("no file %s in a model package".formatted(name));
        }
        return bytes;
    }
}
