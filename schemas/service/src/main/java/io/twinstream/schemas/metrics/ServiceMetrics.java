package io.twinstream.schemas.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.twinstream.schemas.machine.ResidentMemory;
import io.twinstream.schemas.threads.ServiceThreads;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the registry of one service, which includes the JVM and the process, and serves {@code GET /metrics}, in the text
 * format that the caller accepts. Safe for many threads.
 */
public final class ServiceMetrics implements AutoCloseable {
    /** Time until a metric is shown that a Kafka client has added, for a new partition say. */
    public static final Duration LOOK = Duration.ofSeconds(10);

    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    /** The bean's time of the process is summed over all threads, those of native code included. */
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private static final double NANOS = 1e9;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final ScheduledExecutorService looks;
    private final List<Runnable> refreshes = new CopyOnWriteArrayList<>();

    /** @param threads the service's threads, whose failures are counted */
    public ServiceMetrics(ServiceThreads threads) {
        looks = threads.scheduled("kafka-metrics", 1);
        // Kinds of threads appear with their threads, and Micrometer warns of meters that are registered again.
        Set<String> shown = ConcurrentHashMap.newKeySet();
        refreshes.add(() -> threads.failures().forEach((kind, count) -> {
            if (shown.add(kind)) {
                Metric.THREAD_FAILURES.counter(registry, count, LongAdder::sum, kind);
            }
        }));
        registry.config().meterFilter(new ScrapedMeters());
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        if (ResidentMemory.known()) {
            Metric.RESIDENT.gauge(registry, ResidentMemory::bytes);
        }
        Metric.CPU.counter(registry, SYSTEM, system -> system.getProcessCpuTime() / NANOS);
    }

    public MeterRegistry registry() {
        return registry;
    }

    /** Shows a producer's own metrics; the producer must live as long as the service. */
    public void producer(Producer<?, ?> producer) {
        new KafkaClientMetrics(producer, Tags.empty(), looks, LOOK).bindTo(registry);
    }

    /** Shows a consumer's own metrics; the consumer must live as long as the service. */
    public void consumer(Consumer<?, ?> consumer) {
        new KafkaClientMetrics(consumer, Tags.empty(), looks, LOOK).bindTo(registry);
    }

    /** Looks every {@link #LOOK} for metrics that Kafka's clients have added. */
    public ScheduledExecutorService looks() {
        return looks;
    }

    /** Runs a task before each answer, to bring rows up to date. */
    public void beforeScrape(Runnable refresh) {
        refreshes.add(refresh);
    }

    public void register(RoutesConfig routes) {
        routes.get("/metrics", this::answer);
    }

    @Override
    public void close() {
        looks.shutdownNow();
        collections.close();
        registry.close();
    }

    private void answer(Context context) {
        refreshes.forEach(Runnable::run);
        String type = FORMATS.findWriter(context.header(Header.ACCEPT)).getContentType();
        context.contentType(type).result(registry.scrape(type));
    }

    /**
     * Selects the meters that Prometheus is shown. It leaves out meters that nobody has a use for: of Kafka's metrics those of
     * single nodes, rates beside a total, and times in nanoseconds. It also leaves out every name that {@code promtool check
     * metrics} objects to.
     *
     * <p>Maintainers: Kafka's meters are denied, never mapped. When a client drops a metric, Micrometer removes the meter by its
     * original id, and would not find a mapped one.
     */
    private static final class ScrapedMeters implements MeterFilter {
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
}
