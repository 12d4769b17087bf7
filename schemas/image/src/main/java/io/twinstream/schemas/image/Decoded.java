package io.twinstream.schemas.image;

/** What became of encoded bytes: a {@link Picture}, or {@link Undecodable} with the reason. */
public sealed interface Decoded permits Picture, Undecodable {}
