/**
 * Verdicts counted in windows of time, beside the judging: a topology of its own.
 *
 * <pre>
 *   FirstOffsets, once: where counting begins
 *
 *   verdicts -&gt; VerdictCount (by partition; PendingCounts) -&gt; by series (WindowKey)
 *            -&gt; LateGuard -&gt; WindowSums, for each size -&gt; match-windows
 *                                         '-&gt; drift, for the smallest -&gt; alarms
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.window;

import org.jspecify.annotations.NullMarked;
