/**
 * Judges probes in a topology of Kafka Streams, and runs topologies.
 *
 * <pre>
 *   probes -&gt; JudgeProcessor (LookAhead -&gt; Judge) -&gt; verdicts | dead-letters
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.stream;

import org.jspecify.annotations.NullMarked;
