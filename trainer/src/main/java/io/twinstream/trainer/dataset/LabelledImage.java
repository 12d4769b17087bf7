package io.twinstream.trainer.dataset;

import io.twinstream.verifier.decode.Picture;
import java.nio.file.Path;

/**
 * One image of a class.
 *
 * @param file where its encoded bytes lie
 * @param picture its pixels at the size of the file
 */
public record LabelledImage(Path file, Picture picture) {}
