/**
 * Builds twin networks as DJL blocks, on PyTorch.
 *
 * <pre>
 *   Architecture (Compact, Wide, Koch2015) -&gt; TwinNetwork of Layers
 *   image [n, c, h, w] -&gt; layers -&gt; sigmoid -&gt; embedding [n, embeddingLength]
 *   |embedding - embedding| -&gt; weighted sum + bias -&gt; logit
 *   layers -&gt; LayerSink: convolutions, dense layers ... as they are used, norms folded in
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.network;

import org.jspecify.annotations.NullMarked;
