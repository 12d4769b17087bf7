package io.twinstream.verifier.decode;

/** What became of encoded bytes: a {@link Picture}, or {@link Undecodable} with the reason. */
public sealed interface Decoded permits Picture, Undecodable {}
