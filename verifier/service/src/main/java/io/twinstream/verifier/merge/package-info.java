/**
 * Merges what the shards of a gallery found into verdicts.
 *
 * <pre>
 *   partial-verdicts -&gt; MergeProcessor: until all shards' are there, kept in a store; then ShardMerge -&gt; verdicts | dead-letters
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.merge;

import org.jspecify.annotations.NullMarked;
