package io.twinstream.trainer.dataset;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Decodes image files with the verifier's decoder; what the verifier would refuse is an error here. For one thread. */
final class ImageReader {
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    private final int channels;

    ImageReader(int channels) {
        this.channels = channels;
    }

    Picture read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new DatasetException("no image at %s: add it, or remove what names it".formatted(file));
        }
        Decoded decoded = decoder.decode(Files.readAllBytes(file), channels);
        if (decoded instanceof Undecodable fault) {
            throw new DatasetException("%s can't be read: %s; mend or remove the file".formatted(file, fault.reason()));
        }
        return (Picture) decoded;
    }
}
