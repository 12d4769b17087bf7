/**
 * Passes orders of a verifier's callers on: references to ingest, which alone writes them, and training runs to the trainer.
 *
 * <pre>
 *   image | subject -&gt; IngestClient -&gt; ServiceClient -&gt; ingest over HTTP -&gt; Answer
 *   request | run -&gt; TrainerClient -&gt; ServiceClient -&gt; trainer over HTTP -&gt; Answer
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.forward;

import org.jspecify.annotations.NullMarked;
