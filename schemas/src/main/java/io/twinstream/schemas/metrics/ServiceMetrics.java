package io.twinstream.schemas.metrics;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The registry of one service, with the JVM and the process in it, and {@code GET /metrics}, which shows it in the text
 * format that the caller accepts. Safe for many threads.
 */
public final class ServiceMetrics implements AutoCloseable {
    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final List<Runnable> refreshes = new CopyOnWriteArrayList<>();

    public ServiceMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        if (ResidentMemory.known()) {
            Metric.RESIDENT.gauge(registry, ResidentMemory::bytes);
        }
    }

    public MeterRegistry registry() {
        return registry;
    }

    /** Runs something before each answer, which brings rows up to date. */
    public void beforeScrape(Runnable refresh) {
        refreshes.add(refresh);
    }

    public void register(RoutesConfig routes) {
        routes.get("/metrics", this::answer);
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private void answer(Context context) {
        refreshes.forEach(Runnable::run);
        String type = FORMATS.findWriter(context.header(Header.ACCEPT)).getContentType();
        context.contentType(type).result(registry.scrape(type));
    }
}
