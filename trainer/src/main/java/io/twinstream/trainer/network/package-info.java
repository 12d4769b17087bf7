/**
 * The twin network as a DJL block, on PyTorch.
 *
 * <pre>
 *   image [n, 1, 48, 48] -&gt; ConvLayer x 4 -&gt; flatten, sigmoid -&gt; embedding [n, 1152]
 *   |embedding - embedding| -&gt; weighted sum + bias -&gt; logit
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.network;

import org.jspecify.annotations.NullMarked;
