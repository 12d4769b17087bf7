/**
 * Keeps embeddings of references on the local disk, so that a restart or a switch of models reads them back, and galleries hold
 * none of their numbers in the heap.
 *
 * <pre>
 *   EmbeddingFolder (a file for each model version) -&gt; EmbeddingStore: SHA-256 of a picture -&gt; place, embedding
 *                                                        '-&gt; MappedEmbeddings: place -&gt; embedding
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.embeddings;

import org.jspecify.annotations.NullMarked;
