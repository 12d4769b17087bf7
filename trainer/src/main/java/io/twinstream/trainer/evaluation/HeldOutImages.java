package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Images of subjects that the model was not trained on, in the order of their names. Unlike a set to train on, it may hold
 * images that can't be read, which count as failures to acquire, and subjects with one image.
 *
 * @param images that were acquired
 * @param failures a line for each image that wasn't
 * @param fingerprint SHA-256 over every image's relative name and content
 */
public record HeldOutImages(List<HeldOutImage> images, List<String> failures, String fingerprint) {
    public HeldOutImages {
        images = List.copyOf(images);
        failures = List.copyOf(failures);
    }

    /**
     * Reads a source, such as a folder or an archive.
     *
     * @param channels 1 for luma, 3 for red, green, blue
     * @throws DatasetException if images lie in no class, or none can be read
     */
    public static HeldOutImages read(DataSource source, int channels) throws IOException {
        HeldOutCollector collector = new HeldOutCollector(channels);
        source.forEach(collector);
        HeldOutImages images = collector.collected();
        if (images.images().isEmpty()) {
            throw new DatasetException("%s holds no readable image in a class: %s".formatted(source, source.layout()));
        }
        return images;
    }

    /** What has been read already. */
    public static HeldOutImages of(ImageSet folder) {
        List<HeldOutImage> images = new ArrayList<>();
        for (ImageClass subject : folder.classes()) {
            subject.images().forEach(image -> images.add(HeldOutImage.of(subject, image)));
        }
        return new HeldOutImages(images, List.of(), folder.fingerprint());
    }

    /** The same images decoded anew, for a model that takes another number of channels. */
    public HeldOutImages withChannels(int channels) {
        if (images.stream().allMatch(image -> image.picture().channels() == channels)) {
            return this;
        }
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        return new HeldOutImages(
                images.stream()
                        .map(image -> image.with((Picture) decoder.decode(image.encoded(), channels)))
                        .toList(),
                failures,
                fingerprint);
    }

    /** Images that were there to be read. */
    public int presented() {
        return images.size() + failures.size();
    }

    List<Picture> pictures(List<Integer> which) {
        return which.stream().map(image -> images.get(image).picture()).toList();
    }
}
