package io.twinstream.trainer.dataset;

import io.twinstream.schemas.topic.Ids;

/**
 * A source image is handed over by its source and not decoded yet.
 *
 * @param key the key that a later image of the same source replaces it by
 * @param name the name below the root of the data set; what stands before the last {@code /} is its class
 * @param drawer the one who drew or took it; empty where nothing says so
 */
public record SourceImage(String key, String name, String drawer, byte[] encoded) {
    /**
     * Makes the image of a file whose name tells the drawer.
     *
     * @param path the path below the root; its name is composed as ids are, since some systems write names decomposed
     */
    public static SourceImage file(String path, byte[] encoded) {
        String name = Ids.normal(path);
        return new SourceImage(path, name, drawerOf(name), encoded);
    }

    /** Returns the part of a file's name after the last underscore, without the type; empty if there is none. */
    static String drawerOf(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        int end = file.lastIndexOf('.');
        String stem = end < 0 ? file : file.substring(0, end);
        int underscore = stem.lastIndexOf('_');
        return underscore < 0 ? "" : stem.substring(underscore + 1);
    }
}
