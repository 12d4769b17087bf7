package io.twinstream.trainer.evaluation;

/**
 * A probe and a reference, by their index in the held-out images.
 *
 * @param genuine true where both show one subject
 */
public record ImagePair(int probe, int reference, boolean genuine) {}
