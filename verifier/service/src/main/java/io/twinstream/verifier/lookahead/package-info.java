/**
 * Batches without a buffer: records are embedded and searched for ahead of their turn, and processed, committed and judged in it. A
 * probe that a thread stood still on before is embedded in its turn, and alone.
 *
 * <pre>
 *   consumer.poll -&gt; PollInterceptor -&gt; LookAhead.remember (PolledProbes), TracedProbes.remember
 *   process(record) -&gt; LookAhead.prepare: known? -&gt; Prepared
 *                        else record + those that follow -&gt; ProbeReader -&gt; EmbedBatch -&gt; PreparedProbes -&gt; Prepared
 *                   LookAhead.searched: known? -&gt; EmbeddedProbe.Found
 *                        else record + those prepared -&gt; SearchAhead -&gt; Gallery.identify -&gt; PreparedProbes
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.lookahead;

import org.jspecify.annotations.NullMarked;
