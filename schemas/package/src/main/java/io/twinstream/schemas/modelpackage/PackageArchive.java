package io.twinstream.schemas.modelpackage;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.twinstream.schemas.text.Sha256;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes a model package as one zip file: {@code manifest.json} first, then {@code embedder.onnx}, {@code
 * matcher.onnx} and perhaps {@code locator.onnx}, {@code embedder-int8.onnx} and {@code domain.json}. The same package always gives the same bytes,
 * and reading unpacks no more bytes than the manifest names.
 */
public final class PackageArchive {
    private static final String MANIFEST = "manifest.json";

    /** The fields that may be absent, since format 1 began without them. */
    private static final String ENROLMENT_VIEWS = "enrolmentViews";

    private static final String INT8 = "int8";

    private static final String DOMAIN = "domain";

    private static final String IMPORTED = "imported";

    private static final String UNPROVEN = "unproven";

    private static final String LOCATOR = "locator";

    private static final String CLOSE_UP = "closeUp";

    private static final String INPUT = "input";

    private static final String PREPARATION = "preparation";

    private static final int MAX_MANIFEST_BYTES = 16 << 20;
    /** Bytes of a file that are read without question; beyond them only as many as the manifest promises. */
    private static final int UNDOUBTED_BYTES = MAX_MANIFEST_BYTES;

    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private PackageArchive() {}

    /** Reads and checks a package. */
    public static ModelPackage read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new InvalidPackageException("no model package at " + file);
        }
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
            return read(bytes, file.toString());
        }
    }

    /** Reads and checks a package; {@code origin} names it in errors. */
    public static ModelPackage read(byte[] bytes, String origin) throws IOException {
        return read(new ByteArrayInputStream(bytes), origin);
    }

    /**
     * Reads and checks a package as it streams in, so that the file as a whole is never in memory; closes the stream.
     *
     * @throws InvalidPackageException if the bytes are no package, or not a whole one
     * @throws IOException if the stream can't be read
     */
    public static ModelPackage read(InputStream bytes, String origin) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(bytes)) {
            ZipEntry first = zip.getNextEntry();
            if (first == null || !first.getName().equals(MANIFEST)) {
                throw new InvalidPackageException(
                        "%s is no model package: it doesn't begin with %s".formatted(origin, MANIFEST));
            }
            byte[] manifestBytes = content(zip, MANIFEST, MAX_MANIFEST_BYTES, origin);
            Manifest manifest = manifest(manifestBytes, origin);
            Map<String, byte[]> files = new HashMap<>();
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                PackageFile promised = promised(manifest, entry.getName(), origin);
                files.put(promised.name(), content(zip, promised.name(), promised.bytes(), origin));
            }
            for (String name : needed(manifest)) {
                checkFile(promised(manifest, name, origin), files.get(name), origin);
            }
            byte[] domain = files.get(ModelPackage.DOMAIN);
            return new ModelPackage(
                    domain == null ? manifest : manifest.withDomain(domain(domain, origin)), manifestBytes, files);
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw new InvalidPackageException(origin + " is damaged: " + e.getMessage(), e);
        }
    }

    /** Reads a manifest alone, as a release carries it; {@code origin} names it in errors. */
    public static Manifest manifest(byte[] bytes, String origin) throws IOException {
        try {
            JsonNode json = JSON.readTree(bytes);
            // The format is checked before the rest, since another format has other fields.
            int format = json.path("format").asInt();
            if (!Manifest.isFormat(format)) {
                throw new InvalidPackageException(
                        "%s: this release reads manifest formats %d and %d, the package has %d"
                                .formatted(origin, Manifest.FORMAT, Manifest.FORMAT_OF_IMPORTED, format));
            }
            if (json instanceof ObjectNode fields) {
                fields.putIfAbsent(ENROLMENT_VIEWS, fields.numberNode(1));
                fields.putIfAbsent(INT8, fields.nullNode());
                fields.putIfAbsent(DOMAIN, fields.nullNode());
                fields.putIfAbsent(IMPORTED, fields.nullNode());
                fields.putIfAbsent(LOCATOR, fields.nullNode());
                if (fields.get(INPUT) instanceof ObjectNode input) {
                    input.putIfAbsent(PREPARATION, input.nullNode());
                }
                if (fields.get(IMPORTED) instanceof ObjectNode imported) {
                    imported.putIfAbsent(UNPROVEN, imported.nullNode());
                }
                if (fields.get(LOCATOR) instanceof ObjectNode locator) {
                    locator.putIfAbsent(CLOSE_UP, locator.nullNode());
                }
            }
            return JSON.treeToValue(json, Manifest.class);
        } catch (JacksonException e) {
            throw unreadable(MANIFEST, origin, e);
        }
    }

    private static InputDomain domain(byte[] bytes, String origin) throws IOException {
        try {
            return JSON.readValue(bytes, InputDomain.class);
        } catch (JacksonException e) {
            throw unreadable(ModelPackage.DOMAIN, origin, e);
        }
    }

    private static InvalidPackageException unreadable(String file, String origin, JacksonException e) {
        // An exception of a record's own constructor arrives wrapped.
        Throwable cause = e instanceof ValueInstantiationException ? e.getCause() : null;
        return new InvalidPackageException(
                "%s: %s can't be read: %s".formatted(origin, file, cause == null ? fault(e) : cause.getMessage()), e);
    }

    /** Returns the fault in words of the file, since the library's name classes. */
    private static String fault(JacksonException e) {
        if (!(e instanceof JsonMappingException mapping)) {
            return e.getOriginalMessage();
        }
        String field = mapping.getPath().stream()
                .map(each -> each.getFieldName() == null ? Integer.toString(each.getIndex()) : each.getFieldName())
                .collect(Collectors.joining("."));
        if (e instanceof UnrecognizedPropertyException) {
            return "the field %s isn't known: if a newer release has written it, update this one".formatted(field);
        }
        return e instanceof InvalidFormatException format
                ? "the field %s can't be '%s'".formatted(field, format.getValue())
                : "the field %s is of another kind than it should be, or lacks something".formatted(field);
    }

    /**
     * Puts a package together. The manifest's list of files is replaced by that of the given bytes.
     *
     * @return the zip file's bytes, which {@link #read} accepts
     */
    public static byte[] write(Manifest draft, byte[] embedder, byte[] matcher) throws IOException {
        return write(draft, embedder, matcher, null);
    }

    /** Puts a package together that may hold a locator, where the manifest describes one. */
    public static byte[] write(Manifest draft, byte[] embedder, byte[] matcher, byte @Nullable [] locator)
            throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(ModelPackage.EMBEDDER, embedder);
        files.put(ModelPackage.MATCHER, matcher);
        if (locator != null) {
            files.put(ModelPackage.LOCATOR, locator);
        }
        return write(draft, null, files);
    }

    /** Returns the bytes of a package that differs only in its domain, which replaces an earlier one, and in its id. */
    public static byte[] withDomain(ModelPackage model, String version, @Nullable String parent, InputDomain domain)
            throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.putAll(graphs(model));
        if (model.hasInt8()) {
            files.put(ModelPackage.EMBEDDER_INT8, model.file(ModelPackage.EMBEDDER_INT8));
        }
        Manifest renamed = model.manifest().named(version, parent).withDomain(domain);
        return write(renamed, renamed.int8(), files);
    }

    /** Returns the bytes of the package with this int8 embedder, which replaces an earlier one. */
    public static byte[] withInt8(ModelPackage model, Int8Facts facts, byte[] embedder) throws IOException {
        Manifest manifest = model.manifest();
        return withInt8(model, manifest.version(), manifest.parent(), facts, embedder);
    }

    /** Returns the bytes of a package that differs in its id too. */
    public static byte[] withInt8(
            ModelPackage model, String version, @Nullable String parent, Int8Facts facts, byte[] embedder)
            throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.putAll(graphs(model));
        files.put(ModelPackage.EMBEDDER_INT8, embedder);
        return write(model.manifest().named(version, parent), facts, files);
    }

    /** Returns the graphs of a package but the int8 one, in the order in which they are packed. */
    private static Map<String, byte[]> graphs(ModelPackage model) {
        Map<String, byte[]> graphs = new LinkedHashMap<>();
        graphs.put(ModelPackage.EMBEDDER, model.file(ModelPackage.EMBEDDER));
        graphs.put(ModelPackage.MATCHER, model.file(ModelPackage.MATCHER));
        if (model.manifest().locator() != null) {
            graphs.put(ModelPackage.LOCATOR, model.file(ModelPackage.LOCATOR));
        }
        return graphs;
    }

    private static byte[] write(Manifest draft, @Nullable Int8Facts int8, Map<String, byte[]> files)
            throws IOException {
        if (draft.domain() != null) {
            files.put(ModelPackage.DOMAIN, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(draft.domain()));
        }
        Manifest manifest = draft.with(
                        files.entrySet().stream()
                                .map(each -> describe(each.getKey(), each.getValue()))
                                .toList(),
                        int8)
                .withDomain(null);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            // Weights hardly compress at any level.
            zip.setLevel(Deflater.BEST_SPEED);
            put(zip, MANIFEST, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                put(zip, file.getKey(), file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static List<String> needed(Manifest manifest) {
        List<String> needed = new ArrayList<>(List.of(ModelPackage.EMBEDDER, ModelPackage.MATCHER));
        if (manifest.int8() != null) {
            needed.add(ModelPackage.EMBEDDER_INT8);
        }
        if (manifest.namesDomain()) {
            needed.add(ModelPackage.DOMAIN);
        }
        if (manifest.locator() != null) {
            needed.add(ModelPackage.LOCATOR);
        }
        return needed;
    }

    private static PackageFile promised(Manifest manifest, String name, String origin) throws InvalidPackageException {
        return manifest.files().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidPackageException("%s: the manifest lists no %s".formatted(origin, name)));
    }

    private static byte[] content(ZipInputStream zip, String name, long most, String origin) throws IOException {
        int room = (int) Math.min(most, Integer.MAX_VALUE - Long.BYTES);
        byte[] content = zip.readNBytes(Math.min(room, UNDOUBTED_BYTES));
        if (content.length == UNDOUBTED_BYTES) {
            // A buffer that grows while it is filled takes twice its size.
            int begun = content.length;
            content = Arrays.copyOf(content, room);
            int length = begun + zip.readNBytes(content, begun, room - begun);
            content = length < room ? Arrays.copyOf(content, length) : content;
        }
        if (zip.read() >= 0) {
            throw new InvalidPackageException("%s: %s is larger than %d bytes".formatted(origin, name, most));
        }
        return content;
    }

    private static void checkFile(PackageFile promised, byte @Nullable [] bytes, String origin)
            throws InvalidPackageException {
        if (bytes == null || !Sha256.of(bytes).equals(promised.sha256())) {
            throw new InvalidPackageException("%s: %s is %s"
                    .formatted(origin, promised.name(), bytes == null ? "missing" : "damaged (SHA-256 differs)"));
        }
    }

    private static PackageFile describe(String name, byte[] bytes) {
        return new PackageFile(name, bytes.length, Sha256.of(bytes));
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
