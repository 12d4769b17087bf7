/**
 * Answers what operators, load balancers and pages ask over HTTP, and takes what operators order: {@code openapi.yaml} has it all.
 *
 * <pre>
 *   health, status -&gt; HealthServer
 *   /, /page/      -&gt; PageRoutes
 *   /v1/models     -&gt; ModelsApi (ActivationBody) -&gt; control
 *   /v1/match-windows -&gt; WindowsApi (WindowsRequest, WindowsAnswer) -&gt; window, and the same of the group's other verifiers
 *   /v1/events     -&gt; EventsApi -&gt; events -&gt; EventStream
 *   /v1/...        -&gt; WatchApi -&gt; FeedApi        verdicts, dead letters, their pictures -&gt; feed
 *                              -&gt; SubjectsApi    subjects, references                   -&gt; version
 *                              -&gt; EnrolmentApi   enrolments, erasures                   -&gt; forward
 *                              -&gt; BoardsApi      alarms, training runs                  -&gt; board
 *   QueryParameters and RequestLimit stand before the routes, ApiErrors behind them
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.web;

import org.jspecify.annotations.NullMarked;
