package io.twinstream.ingest.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes zip archives for tests. */
final class Zips {
    private Zips() {}

    /** Writes an archive of entries, given as names and contents in turn. */
    static Path write(Path file, String... entries) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < entries.length; i += 2) {
                add(out, entries[i], entries[i + 1].getBytes(UTF_8));
            }
        }
        return file;
    }

    /** Writes an archive with one entry of this many zero bytes. */
    static Path zeros(Path file, int bytes) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.putNextEntry(new ZipEntry("zeros.png"));
            byte[] block = new byte[1 << 20];
            for (int written = 0; written < bytes; written += block.length) {
                out.write(block);
            }
        }
        return file;
    }

    static void add(ZipOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(content);
        out.closeEntry();
    }
}
