package io.twinstream.schemas.image;

/** Says why an image is refused; the name is the label in metrics and dead letters. */
public enum ImageFault {
    EMPTY,
    TOO_MANY_BYTES,
    UNKNOWN_TYPE,
    TOO_SMALL,
    /** The image has more pixels than the limit, than a file of its length is taken to hold, or than there is memory for. */
    TOO_MANY_PIXELS,
    /** The image has a kind of compression, colours or samples that no reader here decodes. */
    UNSUPPORTED_LAYOUT,
    DAMAGED,
    /** The image's decoder hung twice. */
    STUCK
}
