/**
 * Holds what the services share that take orders over HTTP: where they listen, who may call, and how errors are answered.
 *
 * <pre>
 *   HttpSettings -&gt; HttpServer (bounded) -&gt; CallerCheck (Role) -&gt; a service's own routes -&gt; answer | ErrorAnswer
 *   HealthCheck -&gt; Health
 *   openapi.yaml -&gt; OpenApi
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.http;

import org.jspecify.annotations.NullMarked;
