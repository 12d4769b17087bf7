/**
 * Learning from pairs: every batch is a function of seed and step, so the same settings give the same model.
 *
 * <pre>
 *   Method -&gt; Recipe: Sampler, Distortion, Objective, optimizer
 *   images -&gt; Sampler (which) -&gt; Distortion + PictureWarp (how drawn) -&gt; BatchSource -&gt; Batch
 *   Batch -&gt; Learner (TwinNetwork, Objective, optimizer) -&gt; cost -&gt; ValidationTrials -&gt; TrainingProgress
 *   Learner &lt;-&gt; Checkpoint
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.training;

import org.jspecify.annotations.NullMarked;
