/**
 * From a trained network to a model package.
 *
 * <pre>
 *   TwinNetwork -&gt; FoldedConvolution -&gt; EmbedderGraph, MatcherGraph -&gt; ONNX bytes
 *   ONNX bytes + validation images -&gt; ParityCheck -&gt; PairEvaluation -&gt; ModelExport -&gt; package
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.export;

import org.jspecify.annotations.NullMarked;
