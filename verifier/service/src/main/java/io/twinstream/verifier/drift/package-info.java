/**
 * Says what is normal for a series of verdicts, which are those of one model version, task and source, and raises alarms where its
 * windows are not.
 *
 * <pre>
 *   what is watched       what is normal                                     an alarm is raised                    by
 *   share of matches      that of all the series' windows before             the evidence of a change is great     RateWatch
 *   spread of scores      what the release measured on pairs                 three batches in a row are far off    ScoreWatch
 *   pictures' kind        one in a thousand is out of the model's domain     the odds are a million to one         DomainWatch
 *
 *   windows as they fill -&gt; DriftDetection -&gt; WaitingWindows -&gt; closed windows -&gt; SeriesJudge -&gt; the three watches (AlarmChange) -&gt; alarms
 *                             |                                           ^
 *                             '------- pictures' kind, at once -----------'
 * </pre>
 *
 * <p>Of the statistics, {@code ChangeDetectors} with {@code MatchShare} and {@code Hypergeometric} belong to the share of matches,
 * {@code StabilityIndex} with {@code ScoreSpread} to the scores.
 */
@NullMarked
package io.twinstream.verifier.drift;

import org.jspecify.annotations.NullMarked;
