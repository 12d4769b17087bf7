/**
 * The locate package turns what a detector gives into regions of a picture, and a region into an embedder's input. It
 * knows nothing of ONNX Runtime.
 *
 * <pre>
 *   Picture -&gt; LocatorView (LocatorSpec) -&gt; floats [3][height][width] -&gt; (the detector's graph) -&gt; RawOutputs
 *           -&gt; FindDecoder -&gt; Suppression -&gt; LocatorView -&gt; Region..., largest first
 *   Region -&gt; CloseUp -&gt; the same way once more, where the package has it so
 *   Picture, Region -&gt; RegionCut: Similarity -&gt; AlignedPicture | cut out -&gt; Preprocessor -&gt; the embedder's input
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.locate;

import org.jspecify.annotations.NullMarked;
