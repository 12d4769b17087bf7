package io.twinstream.schemas.image;

/** Is the result of decoding: a {@link Picture}, or {@link Undecodable} with the reason. */
public sealed interface Decoded permits Picture, Undecodable {}
