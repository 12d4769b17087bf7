/**
 * From a trained network to a model package.
 *
 * <pre>
 *   TwinNetwork -&gt; Convolution -&gt; EmbedderGraph, MatcherGraph -&gt; ONNX bytes
 *   embedder.onnx + training images -&gt; Activations -&gt; Calibration -&gt; QuantizedGraph -&gt; Quantization -&gt; package with int8
 *   ONNX bytes + validation images -&gt; ParityCheck -&gt; PairEvaluation -&gt; DomainStatistics -&gt; ModelExport -&gt; package
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.export;

import org.jspecify.annotations.NullMarked;
