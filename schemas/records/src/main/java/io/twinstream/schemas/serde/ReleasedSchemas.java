package io.twinstream.schemas.serde;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Knows every schema that a released version has written: one file each in {@code released/}, listed in {@code
 * released/index}. A schema is never removed; a changed record adds {@code Name-2.avsc} and so on.
 *
 * <p>A line of the index is a file's name, a blank, and the schema's fingerprint: 16 hexadecimal digits, in the order in which
 * its bytes stand in a record. Programs in languages whose Avro computes no such fingerprint go by it.
 */
public final class ReleasedSchemas {
    private static final Map<Long, Schema> ALL = names().stream()
            .map(ReleasedSchemas::read)
            .collect(toUnmodifiableMap(SchemaNormalization::parsingFingerprint64, Function.identity()));

    private ReleasedSchemas() {}

    /** Returns the released schemas of one record, by the fingerprint that single-object encoding names them with. */
    public static Map<Long, Schema> of(String recordName) {
        return ALL.entrySet().stream()
                .filter(each -> each.getValue().getFullName().equals(recordName))
                .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Returns the released schema with this fingerprint, of whatever record. */
    public static Optional<Schema> byFingerprint(long fingerprint) {
        return Optional.ofNullable(ALL.get(fingerprint));
    }

    static List<String> names() {
        return index().stream().map(line -> line.split(" ", 2)[0]).toList();
    }

    /** Returns the lines of the index. */
    static List<String> index() {
        try (BufferedReader index =
                new BufferedReader(new InputStreamReader(open("released/index"), StandardCharsets.UTF_8))) {
            return index.lines().filter(line -> !line.isBlank()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Schema read(String name) {
        try (InputStream file = open("released/" + name)) {
            return new Schema.Parser().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        return Objects.requireNonNull(ReleasedSchemas.class.getResourceAsStream(resource), resource);
    }
}
