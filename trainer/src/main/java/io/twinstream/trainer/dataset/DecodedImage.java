package io.twinstream.trainer.dataset;

import io.twinstream.schemas.image.Picture;

/**
 * A decoded image belongs to a class, and keeps the bytes that it came in.
 *
 * @param name its name below the root of its data set, {@code /} between its parts; unique there
 * @param drawer the one who drew or took it; empty where nothing says so
 * @param encoded the bytes that it came in; not to be changed
 * @param picture its pixels at full size
 */
public record DecodedImage(String name, String drawer, byte[] encoded, Picture picture) {
    /**
     * Makes the image of a file whose name tells the drawer, as Omniglot's do: {@code 07} in {@code
     * Greek/character01/0394_07.png}.
     */
    public DecodedImage(String name, byte[] encoded, Picture picture) {
        this(name, SourceImage.drawerOf(name), encoded, picture);
    }
}
