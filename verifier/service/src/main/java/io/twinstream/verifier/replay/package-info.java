/**
 * Judges stored probes again, by the code that judged them, and compares the results with the verdicts on record.
 *
 * <pre>
 *   verdicts topic -&gt; TopicReader -&gt; RecordedVerdicts ----------------------------------.
 *   probes topic -&gt; TopicReader -&gt; LookAhead -&gt; Judge (HeldVersions | one model) -&gt; Decision -&gt; ReplayTally
 *                                                        ReplayTally: Reproduction | ConfusionTable
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.replay;

import org.jspecify.annotations.NullMarked;
