package io.twinstream.trainer.dataset;

import io.twinstream.verifier.decode.Picture;

/**
 * One image of a class.
 *
 * @param name below the root of its data set, {@code /} between its parts
 * @param encoded the bytes that it came in; not to be changed
 * @param picture its pixels at full size
 */
public record LabelledImage(String name, byte[] encoded, Picture picture) {}
