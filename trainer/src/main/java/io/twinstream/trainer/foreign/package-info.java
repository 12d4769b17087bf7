/**
 * Turns ONNX models that others trained into a model package.
 *
 * <pre>
 *   MODEL.onnx -&gt; ForeignModel (ExternalData) -&gt; EmbedderRewrite -&gt; ForeignEmbedder: embedder.onnx, tried on ONNX Runtime
 *   golden vectors -&gt; GoldenFile (NpyFile) -&gt; GoldenProof -&gt; agreement, or what PreparationSearch found instead
 *   a detector's ONNX file + LocatorSpec -&gt; ForeignLocator (PaddedChannels) -&gt; locator.onnx
 *   these + validation images -&gt; ModelImport: L1Calibration, DomainStatistics -&gt; package
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.foreign;

import org.jspecify.annotations.NullMarked;
