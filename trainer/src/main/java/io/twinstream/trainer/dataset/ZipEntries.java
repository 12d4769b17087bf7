package io.twinstream.trainer.dataset;

import io.twinstream.schemas.image.ImageLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The images of a zip file. What is no image is not decompressed; one entry that is damaged is only its own failure. */
record ZipEntries(ArchiveLimits limits) {
    void forEach(Path archive, ImageSink sink) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            limits.checkEntries(zip.size());
            long bytes = 0;
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                String name = ImageFiles.entryName(entry.getName());
                if (!entry.isDirectory() && ImageFiles.isImage(name)) {
                    bytes += read(zip, entry, name, sink);
                    limits.checkBytes(bytes);
                }
            }
        }
    }

    private static long read(ZipFile zip, ZipEntry entry, String name, ImageSink sink) {
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] encoded = in.readNBytes(ImageLimits.DEFAULT.maxBytes() + 1);
            if (encoded.length == entry.getSize() && checksum(encoded) != entry.getCrc()) {
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

    /** The zip file's own reader doesn't compare it. */
    private static long checksum(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return crc.getValue();
    }
}
