package io.twinstream.ingest.image;

/**
 * A picture that was made smaller.
 *
 * @param image the JPEG to be sent
 */
public record Fitted(byte[] image, Shrunk shrunk) {}
