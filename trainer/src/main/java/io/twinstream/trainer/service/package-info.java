/**
 * Serves training. All state is on the topics: every instance shows it, and one of them trains.
 *
 * <pre>
 *   HTTP -&gt; RunRoutes -&gt; RequestCheck -&gt; RunRecords -&gt; training-requests
 *   training-requests, training-progress -&gt; TopicFollower -&gt; RunBoard -&gt; RunRoutes, metrics
 *   RunBoard -&gt; TrainingDesk (the group's one leader) -&gt; RequestCheck -&gt; RunWorker -&gt; RunExecution (RunFolder)
 *   RunExecution -&gt; Trainer, GatedPublication
 *   Trainer -&gt; RunReport (at most one a second) -&gt; RunRecords -&gt; training-progress
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.service;

import org.jspecify.annotations.NullMarked;
