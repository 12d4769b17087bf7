/**
 * What operators and load balancers ask over HTTP, and what operators order; the page that does both.
 *
 * <pre>
 *   health, status -&gt; HealthServer -&gt; Check
 *   /, /page/      -&gt; PageRoutes (PageFile, PageLibraries)
 *   /v1/models     -&gt; ModelsApi (ActivationBody) -&gt; control
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.web;

import org.jspecify.annotations.NullMarked;
