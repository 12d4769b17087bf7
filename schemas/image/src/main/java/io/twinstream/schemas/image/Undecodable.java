package io.twinstream.schemas.image;

/**
 * This is the result for bytes that gave no picture, a failure to acquire (ISO/IEC 19795-1).
 *
 * @param reason one line for the sender that says why
 */
public record Undecodable(ImageFault fault, String reason) implements Decoded {}
