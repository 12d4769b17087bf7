package io.twinstream.verifier.version;

import io.twinstream.schemas.modelpackage.ModelId;

/**
 * A version as one verifier tells them apart.
 *
 * @param own true for the package that {@code verifier.model} names, false for the one that was published as this
 */
record VersionKey(ModelId id, boolean own) {}
