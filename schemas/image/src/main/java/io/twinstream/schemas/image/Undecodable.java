package io.twinstream.schemas.image;

/**
 * Bytes that gave no picture: a failure to acquire (ISO/IEC 19795-1).
 *
 * @param reason one line for the sender
 */
public record Undecodable(ImageFault fault, String reason) implements Decoded {}
