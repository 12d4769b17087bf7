/**
 * Measures what happens to probes, with a bounded number of series.
 *
 * <pre>
 *   lookahead, stream -&gt; ProbeMetrics -&gt; meters of schemas.metrics
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.metrics;

import org.jspecify.annotations.NullMarked;
