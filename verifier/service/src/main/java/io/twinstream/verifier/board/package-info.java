/**
 * What topics tell of training runs and alarms, as a verifier follows them. A topic that is missing keeps the one board from
 * answering, and nothing else.
 *
 * <pre>
 *   training-progress topic -&gt; TrainingRuns (RunHistory) -&gt; TrainingRunView
 *   alarms topic -&gt; Alarms -&gt; AlarmView
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.board;

import org.jspecify.annotations.NullMarked;
