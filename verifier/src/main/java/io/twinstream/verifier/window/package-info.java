/**
 * Verdicts counted in windows of time, beside the judging: a topology of its own.
 *
 * <pre>
 *   verdicts -&gt; VerdictReader -&gt; by series (WindowKey) -&gt; WindowSums, for each size -&gt; match-windows
 *                                                                    '-&gt; drift, for the smallest -&gt; alarms
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.window;

import org.jspecify.annotations.NullMarked;
