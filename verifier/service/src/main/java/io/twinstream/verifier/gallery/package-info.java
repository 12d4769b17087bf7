/**
 * Holds the enrolled references as embeddings of one model version, and searches among them. Numbers may lie on disk.
 *
 * <pre>
 *   ReferenceKey + embedding + Position -&gt; Gallery (CodedTiles, SlotNames) -&gt; identify | verify -&gt; SearchResult (Match, best first)
 *                                                                     '-&gt; subjects -&gt; SubjectPage
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.gallery;

import org.jspecify.annotations.NullMarked;
