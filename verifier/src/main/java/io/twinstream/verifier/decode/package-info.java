/**
 * Encoded bytes to the numbers that a model takes.
 *
 * <pre>
 *   bytes -&gt; ImageDecoder (PngDecoder; by ForeignDecoder: ReducedJpeg, else ImageIO) -&gt; Picture | Undecodable
 *   Picture -&gt; PictureWarp (Affine) | Views (small distortions) -&gt; Picture
 *   Picture -&gt; Preprocessor (InputSpec) -&gt; floats [channels][height][width]
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.decode;

import org.jspecify.annotations.NullMarked;
