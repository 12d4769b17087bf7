/**
 * Windows of verdicts compared with what is normal for their series, which are those of one model version, task and source;
 * alarms where they are not.
 *
 * <pre>
 *   windows as they fill -&gt; WaitingWindows -&gt; closed windows -&gt; SeriesJudge -&gt; RateWatch  (share of matches) -&gt; alarms
 *                                                               |-&gt; ScoreWatch (spread of scores)
 *                                                               '-&gt; DomainWatch (pictures of another kind)
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.drift;

import org.jspecify.annotations.NullMarked;
