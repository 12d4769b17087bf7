package io.twinstream.trainer.dataset;

import io.twinstream.schemas.files.FileKind;
import io.twinstream.schemas.files.LeftOut;
import io.twinstream.schemas.files.ZipArchive;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.text.ForeignText;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An archive source reads a folder's layout from inside a zip or tar file, packed or not. Nothing is extracted to the
 * disk: entries' names are names and no paths. Each file is read once, with one image in memory.
 */
record ArchiveSource(Path archive, ArchiveLimits limits) implements DataSource {
    private static final Logger log = LoggerFactory.getLogger(ArchiveSource.class);

    @Override
    public void forEach(DataSource.Sink sink) throws IOException {
        if (!Files.isRegularFile(archive)) {
            throw new DatasetException("no archive of images at %s: check the path".formatted(archive));
        }
        LeftOut leftOut = new LeftOut();
        try {
            if (ArchiveType.of(archive).orElseThrow() == ArchiveType.ZIP) {
                new ZipEntries(limits).forEach(archive, sink, leftOut);
            } else {
                new TarEntries(limits).forEach(archive, sink, leftOut);
            }
            leftOut.line().ifPresent(line -> log.warn("files left out of {}: {}", archive, line));
        } catch (DatasetException e) {
            throw new DatasetException("%s can't be used: %s".formatted(archive, e.getMessage()));
        } catch (IOException | IllegalArgumentException e) {
            // Commons Compress reports some damaged headers by the latter.
            throw new DatasetException(
                    "%s can't be read to its end: %s; get or pack it again".formatted(archive, reason(e)));
        }
    }

    @Override
    public String layout() {
        return "lay it out as CLASS/IMAGE.png or GROUP/CLASS/IMAGE.png";
    }

    @Override
    public String toString() {
        return archive.toString();
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : ForeignText.line(message);
    }

    /**
     * The limits say how much an archive may turn out to hold before it is taken for a bomb.
     *
     * @param maxBytes the most bytes of all that is decompressed
     * @param maxEntries the most files, folders and links together
     */
    record ArchiveLimits(long maxBytes, int maxEntries) {
        /** The default allows 64 GiB and 10 million entries, which is more than a heap holds as pictures. */
        static final ArchiveLimits DEFAULT = new ArchiveLimits(64L << 30, 10_000_000);

        /** Refuses an archive that has more entries than are allowed. */
        void checkEntries(long entries) throws DatasetException {
            if (entries > maxEntries) {
                throw new DatasetException("it has more than %d entries: split it".formatted(maxEntries));
            }
        }

        /** Refuses an archive that holds more bytes than are allowed. */
        void checkBytes(long bytes) throws DatasetException {
            if (bytes > maxBytes) {
                throw new DatasetException("it holds more than %d bytes decompressed: split it".formatted(maxBytes));
            }
        }
    }

    /** These kinds of archive are read; the ends of their names tell them apart. */
    enum ArchiveType {
        ZIP("\\.zip"),
        TAR("\\.tar"),
        TAR_GZ("\\.tar\\.gz|\\.tgz"),
        TAR_XZ("\\.tar\\.xz|\\.txz");

        private final String ends;

        ArchiveType(String ends) {
            this.ends = ends;
        }

        static Optional<ArchiveType> of(Path file) {
            Path last = file.getFileName();
            String name = last == null ? "" : last.toString().toLowerCase(Locale.ROOT);
            return Arrays.stream(values())
                    .filter(type -> name.matches(".*(" + type.ends + ")"))
                    .findFirst();
        }
    }

    /** Reads the images of a tar file in one pass, whether it is packed by gzip or xz or not at all. */
    record TarEntries(ArchiveLimits limits) {
        private static final int BUFFER_BYTES = 1 << 16;

        /** A whole tar file ends with records of zeros, each this long. */
        private static final int RECORD_BYTES = 512;

        /** Unpacking xz may take this much memory; its highest preset takes 65 MiB. */
        private static final int XZ_MEMORY_KIB = 256 << 10;

        void forEach(Path archive, DataSource.Sink sink, LeftOut leftOut) throws IOException {
            try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), BUFFER_BYTES);
                    BoundedStream bounded =
                            new BoundedStream(new BufferedInputStream(unpacked(archive, file), BUFFER_BYTES), limits);
                    TarArchiveInputStream tar = new TarArchiveInputStream(bounded, "UTF-8")) {
                long entries = 0;
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    limits.checkEntries(++entries);
                    String name = ImageFiles.entryName(entry.getName());
                    if (!entry.isDirectory() && ImageFiles.isImage(name)) {
                        read(tar, entry, name, sink);
                    } else {
                        leftOut.addSystems(name);
                    }
                }
                if (entries == 0) {
                    throw new DatasetException("it holds no entry, or is no tar file");
                }
                // Commons Compress takes a file cut off between two entries for a whole one.
                if (bounded.zerosAtEnd() < RECORD_BYTES) {
                    throw new EOFException("the mark of its end is missing");
                }
            }
        }

        private static void read(TarArchiveInputStream tar, TarArchiveEntry entry, String name, DataSource.Sink sink)
                throws IOException {
            if (entry.isLink() || entry.isSymbolicLink()) {
                sink.unreadable(
                        name, "it is a link: pack the file itself, as tar --dereference --hard-dereference does");
            } else if (!tar.canReadEntryData(entry)) {
                sink.unreadable(name, "tar's form of it is not supported");
            } else {
                sink.accept(SourceImage.file(name, tar.readNBytes(ImageLimits.DEFAULT.maxBytes() + 1)));
            }
        }

        private static InputStream unpacked(Path archive, InputStream file) throws IOException {
            return switch (ArchiveType.of(archive).orElseThrow()) {
                case TAR_GZ -> new GZIPInputStream(file, BUFFER_BYTES);
                case TAR_XZ ->
                    XZCompressorInputStream.builder()
                            .setInputStream(file)
                            .setDecompressConcatenated(true)
                            .setMemoryLimitKiB(XZ_MEMORY_KIB)
                            .get();
                case TAR, ZIP -> file;
            };
        }

        /**
         * A bounded stream fails once more has been read of it than an archive may hold, and counts the zeros at its
         * end.
         */
        static final class BoundedStream extends FilterInputStream {
            private final ArchiveLimits limits;
            private long bytes;
            private long zerosAtEnd;

            BoundedStream(InputStream in, ArchiveLimits limits) {
                super(in);
                this.limits = limits;
            }

            @Override
            public int read() throws IOException {
                int read = super.read();
                if (read >= 0) {
                    zerosAtEnd = read == 0 ? zerosAtEnd + 1 : 0;
                    count(1);
                }
                return read;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = super.read(buffer, offset, length);
                int zeros = 0;
                while (zeros < read && buffer[offset + read - 1 - zeros] == 0) {
                    zeros++;
                }
                zerosAtEnd = zeros == Math.max(0, read) ? zerosAtEnd + zeros : zeros;
                count(read);
                return read;
            }

            @Override
            public long skip(long wanted) throws IOException {
                long skipped = super.skip(wanted);
                count(skipped);
                return skipped;
            }

            @Override
            public boolean markSupported() {
                return false;
            }

            /** Returns how many of the bytes read last were zero without a gap. */
            long zerosAtEnd() {
                return zerosAtEnd;
            }

            private void count(long read) throws DatasetException {
                bytes += Math.max(0, read);
                limits.checkBytes(bytes);
            }
        }
    }

    /**
     * Reads the images of a zip file. What is no image isn't decompressed, and a damaged entry costs that image alone.
     */
    record ZipEntries(ArchiveLimits limits) {
        void forEach(Path archive, DataSource.Sink sink, LeftOut leftOut) throws IOException {
            try (ZipArchive zip = ZipArchive.open(archive)) {
                limits.checkEntries(zip.size());
                long bytes = 0;
                Set<String> names = new HashSet<>();
                for (ZipArchive.ArchivedFile entry : zip.files()) {
                    String name = ImageFiles.entryName(entry.name());
                    if (entry.kind() == FileKind.LINK) {
                        sink.unreadable(name, "it is a link: pack the file itself");
                    } else if (ImageFiles.isImage(name) && !names.add(name)) {
                        sink.unreadable(name, "another file in the archive has its name: give each a name of its own");
                    } else if (ImageFiles.isImage(name)) {
                        bytes += read(entry, name, sink);
                        limits.checkBytes(bytes);
                    } else {
                        leftOut.addSystems(name);
                    }
                }
            }
        }

        private static long read(ZipArchive.ArchivedFile entry, String name, DataSource.Sink sink) {
            try (InputStream in = entry.open()) {
                byte[] encoded = in.readNBytes(ImageLimits.DEFAULT.maxBytes() + 1);
                if (encoded.length == entry.size() && checksum(encoded) != entry.crc()) {
                    sink.unreadable(name, "it is damaged in the archive: its checksum differs");
                } else {
                    sink.accept(SourceImage.file(name, encoded));
                }
                return encoded.length;
            } catch (IOException e) {
                sink.unreadable(name, "it is damaged in the archive: " + e.getMessage());
                return 0;
            }
        }

        /** Returns the content's checksum, which reading an entry doesn't compare. */
        private static long checksum(byte[] content) {
            CRC32 crc = new CRC32();
            crc.update(content);
            return crc.getValue();
        }
    }
}
