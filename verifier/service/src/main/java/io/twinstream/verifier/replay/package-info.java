/**
 * Stored probes judged again, by the code that judged them, and compared with the verdicts on record.
 *
 * <pre>
 *   verdicts topic -&gt; TopicSpan -&gt; RecordedVerdicts --------------------------------.
 *   probes topic -&gt; TopicSpan -&gt; LookAhead -&gt; Judge (Versions | one model) -&gt; Decision -&gt; ReplayTally
 *                                                        ReplayTally: Reproduction | ConfusionTable
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.replay;

import org.jspecify.annotations.NullMarked;
