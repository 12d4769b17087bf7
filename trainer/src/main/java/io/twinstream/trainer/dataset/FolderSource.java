package io.twinstream.trainer.dataset;

import io.twinstream.schemas.files.LeftOut;
import io.twinstream.schemas.image.ImageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder source reads image files in {@code folder/class/image} or {@code folder/group/class/image}, in the order of
 * their names.
 */
record FolderSource(Path folder) implements DataSource {
    private static final Logger log = LoggerFactory.getLogger(FolderSource.class);

    @Override
    public void forEach(DataSource.Sink sink) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new DatasetException(
                    "no folder of images, nor a zip, tar, tar.gz or tar.xz file, at %s: check the path"
                            .formatted(folder));
        }
        LeftOut leftOut = new LeftOut();
        List<Path> files = ImageFiles.under(folder, leftOut);
        leftOut.line().ifPresent(line -> log.warn("files left out of {}: {}", folder, line));
        for (Path file : files) {
            String name = ImageFiles.relativeName(folder, file);
            try (var in = Files.newInputStream(file)) {
                sink.accept(SourceImage.file(name, in.readNBytes(ImageLimits.DEFAULT.maxBytes() + 1)));
            } catch (IOException e) {
                sink.unreadable(name, String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public String layout() {
        Path name = folder.getFileName();
        return "lay it out as %s/CLASS/IMAGE.png or %s/GROUP/CLASS/IMAGE.png".formatted(name, name);
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
