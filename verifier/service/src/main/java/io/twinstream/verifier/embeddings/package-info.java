/**
 * Keeps embeddings of references on the local disk, so that a restart or a switch of models reads them back.
 *
 * <pre>
 *   EmbeddingFolder (a file for each model version) -&gt; EmbeddingStore: SHA-256 of a picture -&gt; place, embedding
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.embeddings;

import org.jspecify.annotations.NullMarked;
