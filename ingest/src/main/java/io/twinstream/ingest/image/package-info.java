/**
 * Looks at pictures before they are acknowledged, and makes them smaller where a record can't take them.
 *
 * <pre>
 *   bytes -&gt; Pictures.header (probes), Pictures.check (references, labelled images: decodes)
 *   bytes, room -&gt; Pictures.fit -&gt; PictureFit: averaged, JPEG -&gt; Pictures.Fitted (Shrunk)
 * </pre>
 */
@NullMarked
package io.twinstream.ingest.image;

import org.jspecify.annotations.NullMarked;
