package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.SourceImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/**
 * Held-out images show subjects that the model was not trained on, in the order of their names. Unlike a set to train
 * on, they may hold subjects with one image, and images that can't be read, which count as failures to acquire.
 *
 * @param images the images that were acquired
 * @param failures a line for each image that was not acquired
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

    /** Counts the images that were there to be read. */
    public int presented() {
        return images.size() + failures.size();
    }

    List<Picture> pictures(List<Integer> which) {
        return which.stream().map(image -> images.get(image).picture()).toList();
    }

    /** Decodes a source's images, and notes those that can't be read as failures to acquire. It is for one thread. */
    static final class HeldOutCollector implements DataSource.Sink {
        private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        private final TreeMap<String, SourceImage> presented = new TreeMap<>();
        private final List<String> failures = new ArrayList<>();
        private final int channels;

        /** @param channels 1 for luma, 3 for red, green, blue */
        HeldOutCollector(int channels) {
            this.channels = channels;
        }

        @Override
        public void accept(SourceImage image) {
            String place = image.name();
            SourceImage there = presented.get(place);
            // One name written in two forms may be two pictures; the same picture twice is one.
            while (there != null
                    && !there.key().equals(image.key())
                    && !Arrays.equals(there.encoded(), image.encoded())) {
                place += Character.MIN_VALUE;
                there = presented.get(place);
            }
            presented.put(place, image);
        }

        @Override
        public void withdraw(String key) {
            presented.values().removeIf(image -> image.key().equals(key));
        }

        @Override
        public void unreadable(String name, String reason) {
            failures.add("%s: %s".formatted(name, reason));
        }

        HeldOutImages collected() {
            MessageDigest digest = Sha256.digest();
            List<HeldOutImage> images = new ArrayList<>();
            presented.values().forEach(image -> {
                String name = image.name();
                String line = "%s %s\n".formatted(name, Sha256.of(image.encoded()));
                digest.update(line.getBytes(StandardCharsets.UTF_8));
                Decoded decoded = decoder.decode(image.encoded(), channels);
                if (decoded instanceof Undecodable fault) {
                    unreadable(name, fault.reason());
                } else if (name.indexOf('/') < 0) {
                    unreadable(name, "it lies in no class's folder");
                } else {
                    images.add(HeldOutImage.of(image, (Picture) decoded));
                }
            });
            return new HeldOutImages(images, failures, HexFormat.of().formatHex(digest.digest()));
        }
    }
}
