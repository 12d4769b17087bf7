package io.twinstream.trainer.dataset;

import io.twinstream.schemas.image.Picture;

/**
 * One image of a class.
 *
 * @param name below the root of its data set, {@code /} between its parts; unique there
 * @param drawer who drew or took it; empty where nothing says so
 * @param encoded the bytes that it came in; not to be changed
 * @param picture its pixels at full size
 */
public record DecodedImage(String name, String drawer, byte[] encoded, Picture picture) {
    /** An image of a file, whose drawer its name says: {@code 07} in {@code Greek/character01/0394_07.png}, as Omniglot's. */
    public DecodedImage(String name, byte[] encoded, Picture picture) {
        this(name, SourceImage.drawerOf(name), encoded, picture);
    }
}
