/**
 * Encoded bytes to pixels, by one rule wherever it is done. Headers are checked first: type, bytes, pixels, layout. Ingest refuses
 * what fails; the verifier checks again, since anyone can write to a topic.
 *
 * <pre>
 *   bytes -&gt; ImageDecoder (PngDecoder; by ForeignDecoder: JpegDecoder, EncodedImage) -&gt; Picture | Undecodable
 *   bytes -&gt; ImageType (magic) -&gt; XyzStructure (what pixels depend on, borne out by the file, and no more) -&gt; EncodedImage.open (ImageLimits)
 *   EncodedImage -&gt; ImageHeader | decode() -&gt; pixels
 *   ForeignDecoder: around open and decode, on a thread of its own, with a deadline
 *   any step -&gt; ImageRefusedException(ImageFault, one line)
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.image;

import org.jspecify.annotations.NullMarked;
