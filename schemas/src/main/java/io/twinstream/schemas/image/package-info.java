/**
 * What an encoded image must be to cross a topic: type, bytes, pixels, layout and frames, checked from the header.
 * Ingest refuses what fails; the verifier checks again, since anyone can write to a topic.
 *
 * <pre>
 *   bytes -&gt; ImageType (magic) -&gt; Structure (what pixels depend on, and no more) -&gt; EncodedImage.open (ImageLimits)
 *   EncodedImage -&gt; ImageHeader | decode() -&gt; pixels
 *   ForeignDecoder: around open and decode, on a thread of its own, with a deadline
 *   any step -&gt; ImageRefusedException(ImageFault, one line)
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.image;

import org.jspecify.annotations.NullMarked;
