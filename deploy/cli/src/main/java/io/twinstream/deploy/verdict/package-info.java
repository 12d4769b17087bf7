/**
 * This package reads verdicts and dead letters for those who wait for them.
 *
 * <pre>
 *   verdicts topic     -&gt; VerdictReader    (committed only) -&gt; Verdict        -&gt; VerdictText:    a line, or JSON
 *   dead-letters topic -&gt; DeadLetterReader (committed only) -&gt; DeadLetterView -&gt; DeadLetterText: a line
 * </pre>
 */
@NullMarked
package io.twinstream.deploy.verdict;

import org.jspecify.annotations.NullMarked;
