package io.twinstream.deploy.acceptance.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipFile;

/**
 * Knows the jars that a program needs which depends on the records.
 *
 * @param jars the jars of others
 * @param bytes what they have together
 * @param heavy those of a server, of metrics, tracing, a runtime for models or Kafka Streams
 * @param hasSchemas whether the records' own jar holds the released schemas
 */
record JavaDependencies(int jars, long bytes, List<String> heavy, boolean hasSchemas) {
    private static final String RECORDS = "twinstream-records";
    private static final List<String> OF_WEIGHT = List.of(
            "jetty", "javalin", "micrometer", "opentelemetry", "onnxruntime", "kafka-streams", "djl", "leptonica");

    static JavaDependencies in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return new JavaDependencies(0, 0, List.of(), false);
        }
        try (var files = Files.list(folder)) {
            List<Path> jars = files.filter(
                            file -> !file.getFileName().toString().startsWith("example"))
                    .toList();
            long bytes = 0;
            boolean hasSchemas = false;
            for (Path jar : jars) {
                bytes += Files.size(jar);
                hasSchemas |= jar.getFileName().toString().startsWith(RECORDS) && holdsSchemas(jar);
            }
            List<String> heavy = jars.stream()
                    .map(jar -> jar.getFileName().toString())
                    .filter(name -> OF_WEIGHT.stream().anyMatch(name::contains))
                    .toList();
            return new JavaDependencies(jars.size(), bytes, heavy, hasSchemas);
        }
    }

    /** Returns whether nothing of weight comes along, and the schemas do. */
    boolean isLight() {
        return heavy.isEmpty() && hasSchemas;
    }

    @Override
    public String toString() {
        return "%d jars of %.1f MB for Java, of weight: %s, released schemas in them: %s"
                .formatted(jars, bytes / 1e6, heavy.isEmpty() ? "none" : heavy, hasSchemas ? "yes" : "no");
    }

    private static boolean holdsSchemas(Path jar) throws IOException {
        try (ZipFile files = new ZipFile(jar.toFile())) {
            String folder = "io/twinstream/schemas/serde/released/";
            return files.getEntry(folder + "index") != null && files.getEntry(folder + "Verdict-1.avsc") != null;
        }
    }
}
