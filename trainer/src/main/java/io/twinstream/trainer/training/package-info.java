/**
 * Learns from pairs. Every batch is a function of seed and step, so the same settings give the same model.
 *
 * <pre>
 *   TrainingSettings -&gt; Recipe: Sampler, Effects, Objective, optimizer
 *   images -&gt; Sampler (which) -&gt; Effects (how drawn: Distortion, Light, Erasing) -&gt; BatchSource, one step ahead
 *   the same drawings -&gt; Teachers -&gt; how alike they are, part of the batch
 *   batch -&gt; Learner (TwinNetwork, Objective, optimizer) -&gt; cost -&gt; ValidationTrials -&gt; TrainingListener
 *   Learner -&gt; WeightMean -&gt; what is tried and exported
 *   Learner &lt;-&gt; Checkpoint
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.training;

import org.jspecify.annotations.NullMarked;
