package io.twinstream.schemas.image;

/** This is the result of decoding: a {@link Picture}, or {@link Undecodable} with the reason. */
public sealed interface Decoded permits Picture, Undecodable {}
