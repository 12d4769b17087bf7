/**
 * Follows the topics of training runs and of alarms for a verifier. A missing topic keeps only its own board from
 * answering.
 *
 * <pre>
 *   training-progress topic -&gt; TrainingRuns (RunHistory) -&gt; TrainingRunView
 *   alarms topic -&gt; Alarms -&gt; AlarmView
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.board;

import org.jspecify.annotations.NullMarked;
