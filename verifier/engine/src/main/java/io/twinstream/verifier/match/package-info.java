/**
 * Two embeddings to a score, and which score is a match.
 */
@NullMarked
package io.twinstream.verifier.match;

import org.jspecify.annotations.NullMarked;
