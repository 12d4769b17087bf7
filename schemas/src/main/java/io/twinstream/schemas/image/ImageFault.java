package io.twinstream.schemas.image;

/** Why an image is refused; the name is the label in metrics and dead letters. */
public enum ImageFault {
    EMPTY,
    TOO_MANY_BYTES,
    UNKNOWN_TYPE,
    TOO_SMALL,
    /** More than the limit, more than a file of its length is taken to hold, or more than there is memory for. */
    TOO_MANY_PIXELS,
    /** A layout of samples that isn't judged: CMYK, more than 8 bits a sample. */
    UNSUPPORTED_LAYOUT,
    /** More than one frame or page: which one is meant is anyone's guess. */
    SEVERAL_FRAMES,
    DAMAGED,
    /** Its decoder didn't end, twice. */
    STUCK
}
