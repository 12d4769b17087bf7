/**
 * What the services measure, and how Prometheus reads it.
 *
 * <pre>
 *   Metric (declarations) -&gt; meters of a service -+
 *   Kafka's clients -&gt; ScrapedMeters ---------------------+-&gt; ServiceMetrics (registry, JVM, process) -&gt; GET /metrics
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.metrics;

import org.jspecify.annotations.NullMarked;
