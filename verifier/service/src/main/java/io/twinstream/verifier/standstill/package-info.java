/**
 * Tells what stream threads work on, and remembers the probes that they stood still on.
 *
 * <pre>
 *   stream thread -&gt; ThreadActivity, one of the ThreadActivities -&gt; ProgressWatch
 *                 -&gt; Standstills.note -&gt; standstills topic -&gt; Standstills of every verifier
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.standstill;

import org.jspecify.annotations.NullMarked;
