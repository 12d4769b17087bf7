package io.twinstream.deploy.acceptance.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Compares two model packages byte by byte, the time of training aside. */
final class PackageComparison {
    private static final String TIME = "\"trainedAt\"\\s*:\\s*\"[^\"]*\"";

    private PackageComparison() {}

    /** Returns each file in which they differ, as a sentence; empty where there is none. */
    static List<String> differences(Path one, Path other, String how) throws IOException {
        Map<String, byte[]> files = timeless(one);
        Map<String, byte[]> others = timeless(other);
        List<String> differences = new ArrayList<>();
        if (!files.keySet().equals(others.keySet())) {
            differences.add("%s, other files: %s, %s".formatted(how, files.keySet(), others.keySet()));
        }
        files.forEach((name, bytes) -> {
            if (!Arrays.equals(bytes, others.get(name))) {
                differences.add("%s, %s differs".formatted(how, name));
            }
        });
        return differences;
    }

    private static Map<String, byte[]> timeless(Path archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] bytes = zip.readAllBytes();
                files.put(entry.getName(), entry.getName().endsWith(".json") ? timeless(bytes) : bytes);
            }
        }
        return files;
    }

    private static byte[] timeless(byte[] json) {
        return new String(json, UTF_8).replaceAll(TIME, "").getBytes(UTF_8);
    }
}
