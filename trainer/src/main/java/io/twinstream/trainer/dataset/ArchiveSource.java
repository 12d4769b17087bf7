package io.twinstream.trainer.dataset;

import io.twinstream.schemas.files.LeftOut;
import io.twinstream.schemas.text.ForeignText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same layout as a folder's inside a zip file or a tar file, packed or not. Nothing is extracted to the disk: the names
 * of entries are names and no paths. Reads each file once, with one image in memory.
 */
record ArchiveSource(Path archive, ArchiveLimits limits) implements DataSource {
    private static final Logger log = LoggerFactory.getLogger(ArchiveSource.class);

    @Override
    public void forEach(ImageSink sink) throws IOException {
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
            leftOut.line().ifPresent(line -> log.warn("left out of {}: {}", archive, line));
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
}
