package io.twinstream.schemas.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.jspecify.annotations.Nullable;

/**
 * Selects the meters that Prometheus is shown. It leaves out meters that nobody has a use for: of Kafka's metrics those of
 * single nodes, rates beside a total, and times in nanoseconds. It also leaves out every name that {@code promtool check
 * metrics} objects to.
 *
 * <p>Maintainers: Kafka's meters are denied, never mapped. When a client drops a metric, Micrometer removes the meter by its
 * original id, and would not find a mapped one.
 */
final class ScrapedMeters implements MeterFilter {
    @Override
    public MeterFilterReply accept(Meter.Id id) {
        String name = id.getName();
        boolean wanted = name.startsWith("kafka.")
                ? ofKafka(name) && !twice(id.getTag("topic"))
                : !name.equals("process.cpu.time") && !name.equals("system.cpu.count");
        return wanted ? MeterFilterReply.NEUTRAL : MeterFilterReply.DENY;
    }

    private static boolean ofKafka(String name) {
        return !(name.startsWith("kafka.admin.")
                || name.startsWith("kafka.app.")
                || name.startsWith("kafka.consumer.node.")
                || name.startsWith("kafka.producer.node.")
                || name.contains("authentication")
                || name.contains(".ns.")
                || name.endsWith(".ms")
                || name.endsWith(".count")
                || name.endsWith(".rate"));
    }

    /**
     * Returns whether this is the second form of a topic: consumers show a topic with dots in its name again with underscores
     * (KIP-1109).
     */
    private static boolean twice(@Nullable String topic) {
        return topic != null && topic.contains("_") && !topic.contains(".");
    }
}
