/**
 * Takes images in over HTTP. A request holds a thread while its body is read and none while the broker works.
 *
 * <pre>
 *   request -&gt; CallerCheck -&gt; RequestSpans -&gt; RequestQuery, RequestImages -&gt; ProbeRoute, ReferenceRoutes, LabelRoutes -&gt; ImagePublisher
 *                                                     |       |                         |
 *                                                     |       '-&gt; FeedbackDesk -------&gt;'
 *                           VerdictRoute -----------&gt; '-&gt; ResultDesk                   |
 *   200 verdict, 422 &lt;- Acknowledgement &lt;----------------'                              |
 *   202 {"id"} &lt;- Acknowledgement &lt;-----------------------------------------------------'
 *   4xx, 503 {"error"} &lt;- ErrorAnswer &lt;- whatever was thrown or came back
 * </pre>
 */
@NullMarked
package io.twinstream.ingest.http;

import org.jspecify.annotations.NullMarked;
