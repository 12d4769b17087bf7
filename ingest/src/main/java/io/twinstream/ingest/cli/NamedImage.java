package io.twinstream.ingest.cli;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import java.io.IOException;
import java.io.InputStream;

/**
 * An image that is still to be read.
 *
 * @param name path, or archive and entry, for people
 * @param folder name of the folder that holds it: of the archive, for an entry at its top
 */
public record NamedImage(String name, String folder, Content content) {
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

    /** Opens the bytes; may be called more than once while the source is open. */
    @FunctionalInterface
    public interface Content {
        InputStream open() throws IOException;
    }
}
