package io.twinstream.trainer.dataset;

/** Takes a source's images one after another, in any order. */
public interface ImageSink {
    /** The next image; it replaces the one that came under the same key. */
    void accept(SourceImage image);

    /** The image that came under this key is there no more; nothing where none came. */
    void withdraw(String key);

    /** What ought to be an image and can't even be handed over, for a reason of one line. */
    void unreadable(String name, String reason);
}
