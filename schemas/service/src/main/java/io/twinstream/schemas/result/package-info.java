/**
 * Writes what became of a probe as JSON, the same wherever a service answers with it.
 *
 * <pre>
 *   Verdict -&gt; VerdictView; dead letter with its headers -&gt; DeadLetterView
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.result;

import org.jspecify.annotations.NullMarked;
