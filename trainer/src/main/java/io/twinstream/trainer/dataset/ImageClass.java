package io.twinstream.trainer.dataset;

import java.util.List;

/**
 * The images of one subject: one character, one person, one product. It has at least one.
 *
 * @param group what its name is unique in, an alphabet for example; empty where classes are not grouped
 * @param images in the order of their file names
 */
public record ImageClass(String group, String name, List<DecodedImage> images) {
    public ImageClass {
        images = List.copyOf(images);
        if (images.isEmpty()) {
            throw new IllegalArgumentException("a class needs an image, %s has none".formatted(name));
        }
    }

    /** Group and name, as folders are written. */
    public String path() {
        return group.isEmpty() ? name : group + "/" + name;
    }
}
