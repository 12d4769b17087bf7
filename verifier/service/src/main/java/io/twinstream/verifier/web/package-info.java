/**
 * Answers operators, load balancers and the page over HTTP, and takes operators' orders, as {@code openapi.yaml}
 * describes it.
 *
 * <pre>
 *   /, /page/      -&gt; PageRoutes
 *   /v1/session    -&gt; SessionApi                who asks, and what this verifier is set to
 *   /v1/models     -&gt; ModelsApi (ActivationBody) -&gt; control
 *   /v1/match-windows -&gt; WindowsApi (WindowsRequest, WindowsAnswer) -&gt; window, and the same of the group's other verifiers
 *   /v1/group      -&gt; GroupApi, and the same of the group's other verifiers (Peers)
 *   /v1/events     -&gt; EventsApi -&gt; events -&gt; EventStream
 *   /v1/...        -&gt; WatchApi -&gt; FeedApi        verdicts, dead letters, their pictures -&gt; feed
 *                              -&gt; SubjectsApi    subjects, references                   -&gt; version
 *                              -&gt; EnrolmentApi   enrolments, erasures, feedback         -&gt; forward
 *                              -&gt; BoardsApi      alarms, training runs                  -&gt; board
 *   QueryParameters and RequestLimit stand before the routes, and PictureAnswer sends what FeedApi and SubjectsApi find
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.web;

import org.jspecify.annotations.NullMarked;
