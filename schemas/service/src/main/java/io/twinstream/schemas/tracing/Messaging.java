package io.twinstream.schemas.tracing;

import io.opentelemetry.api.common.AttributeKey;

/**
 * Names the attributes of spans about records: OpenTelemetry's for Kafka, and ours. A reference has no attribute that names
 * its subject.
 */
public final class Messaging {
    public static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    public static final AttributeKey<String> TOPIC = AttributeKey.stringKey("messaging.destination.name");
    public static final AttributeKey<String> PARTITION = AttributeKey.stringKey("messaging.destination.partition.id");
    public static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
    public static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.name");
    public static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    public static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    public static final AttributeKey<String> PROBE = AttributeKey.stringKey("twinstream.probe.id");
    public static final AttributeKey<String> SOURCE = AttributeKey.stringKey("twinstream.source.id");

    public static final String KAFKA = "kafka";

    private Messaging() {}
}
