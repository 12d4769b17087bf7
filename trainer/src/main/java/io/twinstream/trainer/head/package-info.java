/**
 * Fits what stands on top of an embedder to a user's pictures; the embedder itself stays as it is.
 *
 * <pre>
 *   ImageSet -&gt; HeadImages (each picture embedded once) -&gt; EmbeddedImages
 *   EmbeddedImages -&gt; HeadTrials (classes left out in turn) -&gt; HeadLearner (HeadNetwork, Objective, Adam) -&gt; Head
 *   Heads + validation classes -&gt; HeadChoice: the best one, never one worse than the parent's
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.head;

import org.jspecify.annotations.NullMarked;
