/**
 * The topology and its running.
 *
 * <pre>
 *   probes -&gt; JudgeProcessor (LookAhead -&gt; Judge) -&gt; verdicts | dead-letters
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.stream;

import org.jspecify.annotations.NullMarked;
