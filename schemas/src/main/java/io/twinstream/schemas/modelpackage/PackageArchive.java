package io.twinstream.schemas.modelpackage;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A model package as one zip file: {@code manifest.json}, {@code embedder.onnx}, {@code matcher.onnx}. The same
 * package always gives the same bytes.
 */
public final class PackageArchive {
    private static final String MANIFEST = "manifest.json";
    private static final List<String> MODEL_FILES = List.of(ModelPackage.EMBEDDER, ModelPackage.MATCHER);
    /** Clear of a zip bomb, and above the largest network that fits a manifest: ONNX ends at 2 GB. */
    private static final int MAX_FILE_BYTES = 1 << 30;

    private static final JsonMapper JSON = new JsonMapper();

    private PackageArchive() {}

    /** Reads and checks a package. */
    public static ModelPackage read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new InvalidPackageException("no model package at " + file);
        }
        return read(Files.readAllBytes(file), file.toString());
    }

    /** Reads and checks a package; {@code origin} names it in errors. */
    public static ModelPackage read(byte[] zip, String origin) throws IOException {
        Map<String, byte[]> entries = entries(zip, origin);
        byte[] manifestBytes = entries.remove(MANIFEST);
        if (manifestBytes == null) {
            throw new InvalidPackageException(origin + " is no model package: it holds no " + MANIFEST);
        }
        Manifest manifest = manifest(manifestBytes, origin);
        for (String name : MODEL_FILES) {
            PackageFile promised = manifest.files().stream()
                    .filter(f -> f.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new InvalidPackageException(origin + ": the manifest lists no " + name));
            byte[] bytes = entries.get(name);
            if (bytes == null || !Sha256.of(bytes).equals(promised.sha256())) {
                throw new InvalidPackageException("%s: %s is %s"
                        .formatted(origin, name, bytes == null ? "missing" : "damaged (SHA-256 differs)"));
            }
        }
        return new ModelPackage(manifest, Sha256.of(manifestBytes), entries);
    }

    /**
     * Puts a package together. The manifest's list of files is replaced by that of the given bytes.
     *
     * @return the zip file's bytes, which {@link #read} accepts
     */
    public static byte[] write(Manifest draft, byte[] embedder, byte[] matcher) throws IOException {
        Manifest manifest = new Manifest(
                draft.format(),
                draft.name(),
                draft.version(),
                draft.parent(),
                draft.architecture(),
                draft.input(),
                draft.embeddingLength(),
                List.of(describe(ModelPackage.EMBEDDER, embedder), describe(ModelPackage.MATCHER, matcher)),
                draft.fmrTable(),
                draft.histograms(),
                draft.evaluation(),
                draft.golden(),
                draft.training());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, MANIFEST, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
            put(zip, ModelPackage.EMBEDDER, embedder);
            put(zip, ModelPackage.MATCHER, matcher);
        }
        return bytes.toByteArray();
    }

    private static Map<String, byte[]> entries(byte[] bytes, String origin) throws IOException {
        Map<String, byte[]> entries = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] content = zip.readNBytes(MAX_FILE_BYTES);
                if (content.length == MAX_FILE_BYTES) {
                    throw new InvalidPackageException(
                            "%s: %s is larger than %d bytes".formatted(origin, entry.getName(), MAX_FILE_BYTES));
                }
                entries.put(entry.getName(), content);
            }
        } catch (InvalidPackageException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidPackageException(origin + " is damaged: " + e.getMessage(), e);
        }
        return entries;
    }

    private static Manifest manifest(byte[] bytes, String origin) throws IOException {
        try {
            return JSON.readValue(bytes, Manifest.class);
        } catch (JacksonException e) {
            throw new InvalidPackageException(
                    "%s: %s can't be read: %s".formatted(origin, MANIFEST, e.getOriginalMessage()), e);
        }
    }

    private static PackageFile describe(String name, byte[] bytes) {
        return new PackageFile(name, bytes.length, Sha256.of(bytes));
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
