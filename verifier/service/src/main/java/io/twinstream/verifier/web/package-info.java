/**
 * What operators, load balancers and pages ask over HTTP, and what operators order: {@code openapi.yaml} has it all.
 *
 * <pre>
 *   health, status -&gt; HealthServer
 *   /, /page/      -&gt; PageRoutes (PageFile, PageLibraries)
 *   /v1/models     -&gt; ModelsApi (ActivationBody) -&gt; control
 *   /v1/events     -&gt; EventsApi -&gt; events -&gt; EventStream
 *   /v1/...        -&gt; WatchApi -&gt; VerdictsApi, ProbesApi, SubjectsApi, UnusableApi -&gt; feed, version
 *                              -&gt; EnrolmentApi -&gt; forward
 *                              -&gt; BoardsApi, ActivationsApi -&gt; board, version
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.web;

import org.jspecify.annotations.NullMarked;
