/**
 * Decodes encoded bytes to the picture that a person sees, by one rule everywhere: upright by EXIF orientation, the first of
 * several frames, pages or pictures, 8 bits a sample, and transparent parts on their backdrop. Colour profiles are ignored in
 * all formats, so samples are taken as stored. Headers are checked first: type, bytes, pixels, layout. Ingest refuses what
 * fails; the verifier checks again, since anyone can write to a topic.
 *
 * <pre>
 *   bytes -&gt; ImageDecoder (PngDecoder; by ForeignDecoder: JpegDecoder, EncodedImage) -&gt; Picture | Undecodable
 *   JPEG  -&gt; JpegStructure (built anew) -&gt; TurboJpeg, or JavaJpeg where that isn't there -&gt; Orientation
 *   PNG   -&gt; PngChunks -&gt; PngLayout -&gt; SampleWriter (Backdrop) -&gt; Orientation
 *   other -&gt; ImageType (magic) -&gt; XyzStructure (what pixels depend on, borne out by the file) -&gt; EncodedImage.open (ImageLimits)
 *         -&gt; decode() -&gt; RasterReader (SampleWriter, Backdrop) -&gt; Orientation
 *   ForeignDecoder: around what isn't ours, on a thread of its own, with a deadline
 *   any step -&gt; ImageRefusedException(ImageFault, one line)
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.image;

import org.jspecify.annotations.NullMarked;
