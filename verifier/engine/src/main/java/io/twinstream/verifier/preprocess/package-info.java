/**
 * The preprocess package turns pictures into the numbers that a model takes.
 *
 * <pre>
 *   Picture -&gt; PictureWarp (Affine, Bends) | Views (small distortions) -&gt; Picture
 *   Picture -&gt; Preprocessor (InputSpec) -&gt; floats [channels][height][width]
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.preprocess;

import org.jspecify.annotations.NullMarked;
