package io.twinstream.trainer.dataset;

import io.twinstream.schemas.image.ImageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Image files in {@code folder/class/image} or {@code folder/group/class/image}, by name. */
record FolderSource(Path folder) implements DataSource {
    @Override
    public void forEach(ImageSink sink) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new DatasetException(
                    "no folder of images, nor a zip, tar, tar.gz or tar.xz file, at %s: check the path"
                            .formatted(folder));
        }
        for (Path file : ImageFiles.under(folder)) {
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
