/**
 * The inference package runs models on ONNX Runtime: sessions, execution providers, batches, and a stand-in for an
 * accelerator.
 *
 * <pre>
 *   ModelPackage -&gt; Embedder (one Inference) -&gt; EmbedBatch (one a thread): Picture... -&gt; run() -&gt; float[n][length]
 *                                             ReferenceBatch (one a thread): Picture... -&gt; Views -&gt; run() -&gt; their mean
 *   EmbedBatch where the package has a Locator: Picture... -&gt; LocateBatch -&gt; Region... -&gt; RegionCut -&gt; Views -&gt; run()
 *   EmbedBatch: Picture... -&gt; BatchInput (InputForm) -&gt; Inference, whose graph takes samples where SamplesGraph has written it anew
 *   Embedder.measureCut: EmbedBatch -&gt; BatchTimes -&gt; BatchCut -&gt; how EmbedBatch is cut into runs
 *   EmbedBatch: BatchRuns: BoundedRun (BoundedRun.RunBounds) -&gt; Inference; Picture... -&gt; runEach() -&gt; Embeddings, without those that stood still
 *   ModelPackage -&gt; MatcherWeights
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.inference;

import org.jspecify.annotations.NullMarked;
