package io.twinstream.trainer.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Packs entries as people do: in no order, and tar with {@code ./} before each name. */
final class Archives {
    private Archives() {}

    /** Returns the files under a folder, the last one first. */
    static Map<String, byte[]> entries(Path folder) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        var files = ImageFiles.under(folder);
        for (int i = files.size() - 1; i >= 0; i--) {
            entries.put(ImageFiles.relativeName(folder, files.get(i)), Files.readAllBytes(files.get(i)));
        }
        return entries;
    }

    static Path zip(Path file, Map<String, byte[]> entries) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return file;
    }

    static Path tar(Path file, Map<String, byte[]> entries) throws IOException {
        return Files.write(file, tar(entries));
    }

    static Path tarGz(Path file, Map<String, byte[]> entries) throws IOException {
        try (OutputStream gz = new GZIPOutputStream(Files.newOutputStream(file))) {
            gz.write(tar(entries));
        }
        return file;
    }

    static Path tarXz(Path file, Map<String, byte[]> entries) throws IOException {
        try (OutputStream xz = new XZOutputStream(Files.newOutputStream(file), new LZMA2Options(1))) {
            xz.write(tar(entries));
        }
        return file;
    }

    private static byte[] tar(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                TarArchiveEntry header = new TarArchiveEntry("./" + entry.getKey());
                header.setSize(entry.getValue().length);
                tar.putArchiveEntry(header);
                tar.write(entry.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    static Path tarWithLink(Path file, String name, byte[] content, String link) throws IOException {
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file), "UTF-8")) {
            TarArchiveEntry header = new TarArchiveEntry(name);
            header.setSize(content.length);
            tar.putArchiveEntry(header);
            tar.write(content);
            tar.closeArchiveEntry();
            TarArchiveEntry linked = new TarArchiveEntry(link, TarArchiveEntry.LF_SYMLINK);
            linked.setLinkName("/etc/passwd");
            tar.putArchiveEntry(linked);
            tar.closeArchiveEntry();
        }
        return file;
    }
}
