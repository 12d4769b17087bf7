package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.modelpackage.Sha256;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageFiles;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.LabelledImage;
import io.twinstream.verifier.decode.Decoded;
import io.twinstream.verifier.decode.ImageDecoder;
import io.twinstream.verifier.decode.Picture;
import io.twinstream.verifier.decode.Undecodable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
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
     * Reads {@code folder/class/image} or {@code folder/group/class/image}.
     *
     * @param channels 1 for luma, 3 for red, green, blue
     * @throws DatasetException if images lie in the folder itself, or none can be read
     */
    public static HeldOutImages read(Path folder, int channels) throws IOException {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        MessageDigest digest = Sha256.digest();
        List<HeldOutImage> images = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (Path file : ImageFiles.under(folder)) {
            byte[] encoded = Files.readAllBytes(file);
            String name = ImageFiles.relativeName(folder, file);
            digest.update("%s %s\n".formatted(name, Sha256.of(encoded)).getBytes(StandardCharsets.UTF_8));
            Decoded decoded = decoder.decode(encoded, channels);
            if (decoded instanceof Undecodable fault) {
                failures.add("%s: %s".formatted(name, fault.reason()));
            } else {
                LabelledImage image = new LabelledImage(name, encoded, (Picture) decoded);
                images.add(HeldOutImage.of(subject(folder, image), image));
            }
        }
        if (images.isEmpty()) {
            throw new DatasetException(
                    "%s holds no readable image: lay it out as %s/CLASS/IMAGE.png or %s/GROUP/CLASS/IMAGE.png"
                            .formatted(folder, folder.getFileName(), folder.getFileName()));
        }
        return new HeldOutImages(images, failures, HexFormat.of().formatHex(digest.digest()));
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

    private static ImageClass subject(Path folder, LabelledImage image) throws DatasetException {
        String path = parent(image.name());
        if (path.isEmpty()) {
            throw new DatasetException(
                    "images lie in %s itself: put those of one class into a folder of their own".formatted(folder));
        }
        return new ImageClass(parent(path), path.substring(path.lastIndexOf('/') + 1), List.of(image));
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }
}
