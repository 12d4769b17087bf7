/**
 * Carries one OpenTelemetry trace across processes: its context travels in W3C headers of HTTP and of Kafka's records.
 *
 * <pre>
 *   headers -&gt; Tracing.context -&gt; span -&gt; ExportLog -&gt; OTLP
 *                                   '-&gt; Tracing.inject -&gt; headers of the next record
 * </pre>
 */
@NullMarked
package io.twinstream.schemas.tracing;

import org.jspecify.annotations.NullMarked;
