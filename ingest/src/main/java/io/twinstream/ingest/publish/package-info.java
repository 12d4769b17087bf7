/**
 * Holds the only producer: every image passes here, whichever way it came in.
 *
 * <pre>
 *   ProbeRequest -------------.                       .-&gt; probes
 *   ReferenceKey + SentImage --+-&gt; ImagePublisher ----+-&gt; references
 *   Label + SentImage ---------+                       +-&gt; labelled images
 *   subject -&gt; SubjectKeys ---'   limits, budget, acks     (tombstones)
 *                                      |
 *                                      '-&gt; CompletableFuture: acknowledged, or PublishException(PublishFault)
 * </pre>
 */
@NullMarked
package io.twinstream.ingest.publish;

import org.jspecify.annotations.NullMarked;
