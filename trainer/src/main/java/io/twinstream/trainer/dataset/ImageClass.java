package io.twinstream.trainer.dataset;

import java.util.List;

/**
 * An image class holds the images of one subject, such as a character, a person or a product, and at least one of them.
 *
 * @param group the group that its name is unique in, an alphabet for example; empty where classes are not grouped
 * @param images the images in the order of their file names
 */
public record ImageClass(String group, String name, List<DecodedImage> images) {
    public ImageClass {
        images = List.copyOf(images);
        if (images.isEmpty()) {
            throw new IllegalArgumentException("a class needs an image, %s has none".formatted(name));
        }
    }

    /** Returns group and name as folders are written. */
    public String path() {
        return group.isEmpty() ? name : group + "/" + name;
    }
}
