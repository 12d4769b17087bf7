/**
 * Verdicts as those who wait for them read them.
 *
 * <pre>
 *   verdicts topic -&gt; VerdictReader (committed only) -&gt; Verdict -&gt; VerdictText: a line, or JSON
 * </pre>
 */
@NullMarked
package io.twinstream.deploy.verdict;

import org.jspecify.annotations.NullMarked;
