package io.twinstream.schemas.metrics;

/** What kind of series a metric gives, in Prometheus' words. */
public enum MetricType {
    COUNTER,
    GAUGE,
    HISTOGRAM
}
