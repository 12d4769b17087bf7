package io.twinstream.trainer.dataset;

import io.twinstream.schemas.files.LeftOut;
import io.twinstream.schemas.image.ImageLimits;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The images of a tar file, packed by gzip or xz or not at all, in one pass. */
record TarEntries(ArchiveLimits limits) {
    private static final int BUFFER_BYTES = 1 << 16;

    /** A whole tar file ends with records of zeros. */
    private static final int RECORD_BYTES = 512;

    /** What xz may take to unpack: its highest preset takes 65 MiB. */
    private static final int XZ_MEMORY_KIB = 256 << 10;

    void forEach(Path archive, ImageSink sink, LeftOut leftOut) throws IOException {
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

    private static void read(TarArchiveInputStream tar, TarArchiveEntry entry, String name, ImageSink sink)
            throws IOException {
        if (entry.isLink() || entry.isSymbolicLink()) {
            sink.unreadable(name, "it is a link: pack the file itself, as tar --dereference --hard-dereference does");
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
}
