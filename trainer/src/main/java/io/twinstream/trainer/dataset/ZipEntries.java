package io.twinstream.trainer.dataset;

import io.twinstream.schemas.files.FileKind;
import io.twinstream.schemas.files.LeftOut;
import io.twinstream.schemas.files.ZipArchive;
import io.twinstream.schemas.image.ImageLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.CRC32;

/** The images of a zip file. What is no image is not decompressed; one entry that is damaged is only its own failure. */
record ZipEntries(ArchiveLimits limits) {
    void forEach(Path archive, ImageSink sink, LeftOut leftOut) throws IOException {
        try (ZipArchive zip = ZipArchive.open(archive)) {
            limits.checkEntries(zip.size());
            long bytes = 0;
            for (ZipArchive.Entry entry : zip.files()) {
                String name = ImageFiles.entryName(entry.name());
                if (entry.kind() == FileKind.LINK) {
                    sink.unreadable(name, "it is a link: pack the file itself");
                } else if (ImageFiles.isImage(name)) {
                    bytes += read(entry, name, sink);
                    limits.checkBytes(bytes);
                } else {
                    leftOut.addSystems(name);
                }
            }
        }
    }

    private static long read(ZipArchive.Entry entry, String name, ImageSink sink) {
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

    /** Reading doesn't compare it. */
    private static long checksum(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return crc.getValue();
    }
}
