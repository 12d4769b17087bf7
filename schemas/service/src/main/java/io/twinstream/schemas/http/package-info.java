/**
 * What the services that take orders over HTTP share: where they listen, who may call, how they say no.
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
