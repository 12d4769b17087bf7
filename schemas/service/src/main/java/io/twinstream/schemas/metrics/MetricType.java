package io.twinstream.schemas.metrics;

/** Says what kind of series a metric gives, in Prometheus' words. */
public enum MetricType {
    COUNTER,
    GAUGE,
    HISTOGRAM
}
