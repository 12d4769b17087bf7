/**
 * Declares what the services measure, and shows it to Prometheus.
 *
 * <pre>
 *   Metric (declarations) -&gt; meters of a service -+
 *   Kafka's clients -------------------------------+-&gt; ServiceMetrics (registry, JVM, process) -&gt; GET /metrics
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.metrics;

import org.jspecify.annotations.NullMarked;
