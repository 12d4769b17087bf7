/**
 * Passes orders of a verifier's callers on to ingest, which alone writes references.
 *
 * <pre>
 *   image | subject -&gt; IngestClient -&gt; ingest over HTTP -&gt; IngestClient.Answer
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.forward;

import org.jspecify.annotations.NullMarked;
