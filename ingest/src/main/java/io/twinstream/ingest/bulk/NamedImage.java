package io.twinstream.ingest.bulk;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * This is an image that has a name but hasn't been read yet.
 *
 * @param name path, or archive and entry, for people
 * @param steps the folder or archive that the user named, the folders below it and the file; for a file that the user named,
 *     the folder that holds it and the file. At least two, but only one for an archive that can't be opened
 */
public record NamedImage(String name, List<String> steps, ImageContent content) {
    public NamedImage {
        steps = List.copyOf(steps);
    }

    /**
     * Reads the image, no further than the limit.
     *
     * @throws ImageRefusedException if there are no bytes, or too many
     */
    public byte[] read(ImageLimits limits) throws IOException, ImageRefusedException {
        try (InputStream in = content.open()) {
            byte[] bytes = in.readNBytes(limits.maxBytes() + 1);
            limits.checkBytes(bytes.length);
            return bytes;
        }
    }

    /** Opens the image's bytes; this may be called more than once while the source is open. */
    @FunctionalInterface
    public interface ImageContent {
        InputStream open() throws IOException;
    }
}
