/**
 * Embeds and searches for probes in batches ahead of their turn, while each is judged and committed in its turn; no
 * record waits in a buffer. A probe that a thread stood still on before is embedded in its turn, and alone.
 *
 * <pre>
 *   consumer.poll -&gt; LookAheads.PollInterceptor -&gt; ProbesInFlight: one ProbeInFlight for each probe
 *   process(record) -&gt; ProbesInFlight.turn -&gt; ProbeInFlight
 *                   -&gt; LookAhead.prepare: known? -&gt; PreparedProbe
 *                        else it and those that follow -&gt; ProbeReader -&gt; EmbedBatch -&gt; each ProbeInFlight -&gt; PreparedProbe
 *                   -&gt; LookAhead.searched: known? -&gt; PreparedProbe.FoundAhead
 *                        else it and those prepared -&gt; SearchAhead -&gt; Gallery.identify -&gt; each ProbeInFlight
 *                   -&gt; ProbesInFlight.passed
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.lookahead;

import org.jspecify.annotations.NullMarked;
