/**
 * What a traced probe went through in a verifier: one span from its poll to its verdict, and what was done for it within.
 *
 * <pre>
 *   poll -&gt; TracedProbes: ProbeTimes &lt;- decoded, embedded (by an earlier probe's batch, maybe)
 *   process -&gt; ProbeSpan of these times -&gt; matched, header of the verdict, outcome
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.tracing;

import org.jspecify.annotations.NullMarked;
