/**
 * Turns a trained network into a model package.
 *
 * <pre>
 *   TwinNetwork -&gt; LayerSink -&gt; EmbedderGraph, MatcherGraph -&gt; ONNX bytes
 *   ONNX bytes + validation images -&gt; ModelExport: ParityCheck, PairEvaluation, DomainStatistics -&gt; package
 *   package + training images -&gt; Quantization: Activations, Calibration, QuantizedGraph, Int8Stem -&gt; package with int8
 *   package with int8 -&gt; Int8Stem: SpaceToDepthStem -&gt; package with a faster int8 embedder
 *   package + other images -&gt; Recalibration: L1Calibration, PairEvaluation, DomainStatistics -&gt; package with other thresholds
 *   package -&gt; PackageWeights -&gt; TwinNetwork that learns on
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.export;

import org.jspecify.annotations.NullMarked;
