/**
 * Traces probes through a verifier: one span from poll to verdict, with a child for each step.
 *
 * <pre>
 *   poll -&gt; ProbeSpan.polled &lt;- decoded, embedded (by an earlier probe's batch, maybe)
 *   turn -&gt; begin -&gt; matched, the header of the verdict, judged or rejected -&gt; close
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.tracing;

import org.jspecify.annotations.NullMarked;
