package io.twinstream.verifier.lookahead;

/** A probe that is ready to be judged, or the reason why it can't be. */
public sealed interface Prepared permits EmbeddedProbe, RejectedProbe {}
