package io.twinstream.verifier.control;

import io.twinstream.schemas.record.VersionState;
import org.jspecify.annotations.Nullable;

/**
 * A verifier that couldn't judge by a version now.
 *
 * @param state how far it is; null where it doesn't know the version yet
 */
public record Unready(String instance, @Nullable VersionState state) {}
