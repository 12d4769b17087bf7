/**
 * What stream threads are at, and the probes that they stood still on.
 *
 * <pre>
 *   stream thread -&gt; ThreadActivity -+
 *                    ThreadActivities -+-&gt; who watches -&gt; Standstills.note -&gt; standstills topic -&gt; Standstills of every verifier
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.standstill;

import org.jspecify.annotations.NullMarked;
