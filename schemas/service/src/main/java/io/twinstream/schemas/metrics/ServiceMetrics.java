package io.twinstream.schemas.metrics;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.twinstream.schemas.machine.ResidentMemory;
import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Holds the registry of one service, which includes the JVM and the process, and serves {@code GET /metrics}, in the text
 * format that the caller accepts. Safe for many threads.
 */
public final class ServiceMetrics implements AutoCloseable {
    /** Time until a metric is shown that a Kafka client has added, for a new partition say. */
    public static final Duration LOOK = Duration.ofSeconds(10);

    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

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
        Metric.CPU.counter(registry, ProcessorTime.SYSTEM, ProcessorTime::seconds);
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
}
