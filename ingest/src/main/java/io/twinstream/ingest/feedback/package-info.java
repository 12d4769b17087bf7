/**
 * Turns what people say about verdicts into images to learn from.
 *
 * <pre>
 *   probe id + Feedback -&gt; FeedbackDesk: VerdictSearch -&gt; the probe -&gt; FeedbackLabel -&gt; ImagePublisher
 * </pre>
 */
@NullMarked
package io.twinstream.ingest.feedback;

import org.jspecify.annotations.NullMarked;
