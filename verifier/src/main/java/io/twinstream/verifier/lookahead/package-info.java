/**
 * Batches without a buffer: records are embedded ahead of their turn, and processed, committed and judged in it.
 *
 * <pre>
 *   consumer.poll -&gt; PollInterceptor -&gt; LookAhead.remember (PolledProbes), TracedProbes.remember
 *   process(record) -&gt; LookAhead.prepare: known? -&gt; Prepared
 *                        else record + those that follow -&gt; ProbeReader -&gt; EmbedBatch -&gt; PreparedProbes -&gt; Prepared
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.lookahead;

import org.jspecify.annotations.NullMarked;
