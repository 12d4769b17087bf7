package io.twinstream.trainer.foreign;

import io.twinstream.schemas.image.Picture;

/**
 * A golden picture comes with the embedding that the model's owner got for it in his own runtime.
 *
 * @param name how messages name it
 * @param encoded the bytes that it came in; not to be changed
 * @param vector finite numbers, not all of them 0; not to be changed
 */
record GoldenPicture(String name, byte[] encoded, Picture picture, float[] vector) {}
