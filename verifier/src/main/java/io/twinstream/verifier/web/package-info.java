/**
 * What operators and load balancers ask over HTTP, and what operators order.
 *
 * <pre>
 *   health, status -&gt; HealthServer -&gt; Check
 *   /v1/models     -&gt; ModelsApi (ActivationBody) -&gt; control
 * </pre>
 */
@NullMarked
package io.twinstream.verifier.web;

import org.jspecify.annotations.NullMarked;
