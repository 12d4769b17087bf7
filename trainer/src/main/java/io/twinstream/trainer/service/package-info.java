/**
 * Training as a service. All state is on the topics: every instance shows it, one of them trains.
 *
 * <pre>
 *   HTTP -&gt; RunRoutes -&gt; RequestCheck -&gt; RunRecords -&gt; training-requests
 *   training-requests, training-progress -&gt; TopicFollower -&gt; RunBoard
 *   RunBoard -&gt; TrainingDesk (the group's one leader) -&gt; RequestCheck -&gt; RunWorker -&gt; RunExecution
 *   RunExecution -&gt; Trainer, GatedPublication -&gt; RunRecords -&gt; training-progress
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.service;

import org.jspecify.annotations.NullMarked;
