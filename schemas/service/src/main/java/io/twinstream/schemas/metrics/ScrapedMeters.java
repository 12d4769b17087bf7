package io.twinstream.schemas.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.jspecify.annotations.Nullable;

/**
 * Selects the meters that Prometheus is shown. It leaves out what nobody has a use for, of Kafka's metrics those of single nodes, rates
 * beside a total and times in nanoseconds, and whatever name {@code promtool check metrics} finds fault with.
 *
 * <p>Maintainers: Kafka's meters are denied, never mapped. Micrometer removes one that its client has dropped by the id
 * that it gave, and would not find another.
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

    /** Consumers show a topic with dots in its name a second time, with underscores (KIP-1109). */
    private static boolean twice(@Nullable String topic) {
        return topic != null && topic.contains("_") && !topic.contains(".");
    }
}
