package io.twinstream.schemas.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Reads a zip file, whichever program made it. An entry's path is normalized: it has slashes, and no step that leads out of
 * the archive. Nothing is extracted to the disk, so a name never becomes a path there. For one thread.
 *
 * <p>Maintainers: by APPNOTE 6.3.10, D.1, names are CP437 unless bit 11 says UTF-8. But Windows Explorer writes the machine's
 * code page, which nothing names, and many programs write UTF-8 without the bit. So a name that is valid UTF-8 is taken for
 * it, any other for CP437. Older .NET separates by backslashes.
 */
public final class ZipArchive implements Closeable {
    private static final Charset CP437 = Charset.forName("IBM437");

    private final ZipFile zip;

    private ZipArchive(ZipFile zip) {
        this.zip = zip;
    }

    /** Opens an archive; reads its directory alone. */
    public static ZipArchive open(Path file) throws IOException {
        try {
            return new ZipArchive(
                    ZipFile.builder().setPath(file).setCharset(CP437).get());
        } catch (IllegalArgumentException e) {
            // Commons Compress reports some damaged headers by this exception.
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Returns the number of entries of all kinds, folders among them. */
    public int size() {
        return Collections.list(zip.getEntries()).size();
    }

    /** Returns the entries that are no folders, in the order of the archive. */
    public List<ArchivedFile> files() {
        return Collections.list(zip.getEntries()).stream()
                .map(entry -> new ArchivedFile(name(entry), entry))
                .filter(entry -> !entry.entry.isDirectory() && !entry.name.endsWith("/"))
                .toList();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    private static String name(ZipArchiveEntry entry) {
        String name = entry.getNameSource() == ZipArchiveEntry.NameSource.NAME ? decoded(entry) : entry.getName();
        return inside(name.indexOf('/') < 0 ? name.replace('\\', '/') : name);
    }

    private static String decoded(ZipArchiveEntry entry) {
        byte[] raw = entry.getRawName();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(raw, CP437);
        }
    }

    /** Returns the path without roots, empty steps and {@code .}; a {@code ..} removes the step before it, if there is one. */
    public static String inside(String path) {
        Deque<String> steps = new ArrayDeque<>();
        for (String step : path.split("/", -1)) {
            if (step.equals("..")) {
                steps.pollLast();
            } else if (!step.isEmpty() && !step.equals(".")) {
                steps.add(step);
            }
        }
        return String.join("/", steps) + (path.endsWith("/") ? "/" : "");
    }

    /** This is a file of the archive, which can be read while the archive is open. */
    public final class ArchivedFile {
        private final String name;
        private final ZipArchiveEntry entry;

        private ArchivedFile(String name, ZipArchiveEntry entry) {
            this.name = name;
            this.entry = entry;
        }

        /** Returns the path with slashes, relative to the archive. */
        public String name() {
            return name;
        }

        /** Returns the kind of the file. */
        public FileKind kind() {
            return entry.isUnixSymlink() ? FileKind.LINK : FileKind.of(name);
        }

        /** Returns the length that the archive claims for the file, in bytes. */
        public long size() {
            return entry.getSize();
        }

        /** Returns the CRC-32 that the archive claims for the file; reading doesn't compare it. */
        public long crc() {
            return entry.getCrc();
        }

        /** Opens the file's bytes, which are decompressed as they are read. */
        public InputStream open() throws IOException {
            return zip.getInputStream(entry);
        }
    }
}
