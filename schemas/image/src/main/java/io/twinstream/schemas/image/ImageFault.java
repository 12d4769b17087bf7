package io.twinstream.schemas.image;

/** Why an image is refused; the name is the label in metrics and dead letters. */
public enum ImageFault {
    EMPTY,
    TOO_MANY_BYTES,
    UNKNOWN_TYPE,
    TOO_SMALL,
    /** More than the limit, more than a file of its length is taken to hold, or more than there is memory for. */
    TOO_MANY_PIXELS,
    /** A kind of compression, colours or samples that no reader here decodes. */
    UNSUPPORTED_LAYOUT,
    DAMAGED,
    /** Its decoder didn't end, twice. */
    STUCK
}
