/**
 * Counts verdicts in windows of time, in a topology of its own beside the judging. {@link io.twinstream.verifier.window.MatchWindows}
 * runs it and answers what the windows have.
 *
 * <pre>
 *   FirstOffsets, once: where counting begins
 *
 *   verdicts -&gt; VerdictCounter (by partition; PendingCounts) -&gt; by series (SeriesKey)
 *            -&gt; in time? -&gt; WindowSums, for each size -&gt; match-windows
 *                                         '-&gt; a processor (drift), for the smallest -&gt; alarms
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.window;

import org.jspecify.annotations.NullMarked;
