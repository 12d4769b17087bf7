/**
 * Learning from pairs: every batch is a function of seed and step, so the same settings give the same model.
 *
 * <pre>
 *   ImageSet -&gt; PairSampler (which) -&gt; Distortion + PictureWarp (how drawn) -&gt; BatchSource -&gt; Batch
 *   Batch -&gt; Learner (TwinNetwork, PairLoss, Adam) -&gt; loss -&gt; Progress
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.training;

import org.jspecify.annotations.NullMarked;
