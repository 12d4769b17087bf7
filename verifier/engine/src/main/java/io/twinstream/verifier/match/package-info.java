/** The match package turns two embeddings into a score, and says which score is a match. */
@NullMarked
package io.twinstream.verifier.match;

import org.jspecify.annotations.NullMarked;
