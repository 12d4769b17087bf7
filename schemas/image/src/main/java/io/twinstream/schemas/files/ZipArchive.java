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
 * A zip file, whoever made it. Its entries are called as a folder would call them: with slashes, and without what would lead
 * out of it. Nothing is extracted to the disk, so a name is a name and no path. For one thread.
 *
 * <p>Maintainers: APPNOTE 6.3.10, D.1: names are CP437 unless bit 11 says UTF-8. Windows Explorer writes the machine's code page,
 * which nothing names; many programs write UTF-8 without the bit. What is valid UTF-8 is taken for it, the rest for CP437.
 * Older .NET separates by backslashes.
 */
public final class ZipArchive implements Closeable {
    private static final Charset CP437 = Charset.forName("IBM437");

    private final ZipFile zip;

    private ZipArchive(ZipFile zip) {
        this.zip = zip;
    }

    /** Opens it; reads its directory alone. */
    public static ZipArchive open(Path file) throws IOException {
        try {
            return new ZipArchive(
                    ZipFile.builder().setPath(file).setCharset(CP437).get());
        } catch (IllegalArgumentException e) {
            // Commons Compress reports some damaged headers by it.
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Entries of all kinds, folders among them. */
    public int size() {
        return Collections.list(zip.getEntries()).size();
    }

    /** What is no folder, in the order of the archive. */
    public List<Entry> files() {
        return Collections.list(zip.getEntries()).stream()
                .map(entry -> new Entry(name(entry), entry))
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

    /** The path without roots, empty steps and {@code .}; a {@code ..} takes the step before it, if there is one. */
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

    /** A file of the archive; can be read while that is open. */
    public final class Entry {
        private final String name;
        private final ZipArchiveEntry entry;

        private Entry(String name, ZipArchiveEntry entry) {
            this.name = name;
            this.entry = entry;
        }

        /** Path with slashes, relative to the archive. */
        public String name() {
            return name;
        }

        /** Whether it is a link, picture, systems' or other. */
        public FileKind kind() {
            return entry.isUnixSymlink() ? FileKind.LINK : FileKind.of(name);
        }

        /** Bytes that it says it has. */
        public long size() {
            return entry.getSize();
        }

        /** The CRC-32 that it says its bytes have; reading doesn't compare it. */
        public long crc() {
            return entry.getCrc();
        }

        /** Its bytes, to be decompressed as they are read. */
        public InputStream open() throws IOException {
            return zip.getInputStream(entry);
        }
    }
}
