package io.twinstream.ingest;

import io.twinstream.ingest.feedback.FeedbackDesk;
import io.twinstream.ingest.folder.FolderWatch;
import io.twinstream.ingest.http.IngestServer;
import io.twinstream.ingest.publish.DeclaredTopics;
import io.twinstream.ingest.publish.ErasureTick;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.PublishException;
import io.twinstream.ingest.publish.TopicCheck;
import io.twinstream.ingest.settings.FolderSettings;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.tracing.Tracing;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.config.ConfigException;

/** Ingest as it runs in a process: publisher, HTTP server and, where one is configured, the watched folder. */
public final class IngestService implements AutoCloseable {
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final ServiceThreads threads = new ServiceThreads();
    private final DeclaredTopics declared;
    private final IngestServer server;

    /**
     * Starts the parts; needs no broker yet.
     *
     * @throws ConfigException with one line, if the settings don't allow it
     */
    public IngestService(Settings settings) {
        IngestSettings ingest = IngestSettings.of(settings);
        HttpSettings http = ingest.http();
        Optional<FolderSettings> folder = ingest.folder();
        boolean started = false;
        try {
            ServiceMetrics metrics = new ServiceMetrics(threads);
            closers.push(metrics::close);
            Tracing tracing = Tracing.open(ingest.common().tracing(), "twinstream-ingest");
            closers.push(tracing::close);
            ImagePublisher publisher = ImagePublisher.open(settings, threads, metrics, tracing);
            closers.push(publisher::close);
            closers.push(ErasureTick.start(threads, publisher, ingest.erasureTick())::close);
            TopicCheck topics = TopicCheck.open(settings);
            closers.push(topics::close);
            declared = DeclaredTopics.compare(settings, threads, topics);
            closers.push(declared::close);
            FeedbackDesk desk = FeedbackDesk.open(settings, threads, publisher);
            closers.push(desk::close);
            Optional<FolderWatch> watch = folder.map(watched -> FolderWatch.start(watched, threads, publisher));
            watch.ifPresent(each -> closers.push(each::close));
            Metric.INGEST_FOLDER_STOPPED.gauge(
                    metrics.registry(),
                    () -> watch.map(FolderWatch::troubledSeconds).orElse(0.0));
            server = IngestServer.start(
                    http, threads, publisher, desk, () -> ready(topics, watch), tracing, metrics::register);
            closers.push(server::close);
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    private static CompletableFuture<Void> ready(TopicCheck topics, Optional<FolderWatch> watch) {
        String trouble = watch.map(FolderWatch::trouble).orElse("");
        return trouble.isEmpty() ? topics.check() : CompletableFuture.failedFuture(PublishException.busy(trouble));
    }

    /** The port that HTTP is served on. */
    public int port() {
        return server.port();
    }

    /** Waits until the JVM has failed, or a topic is found that ingest must not write to; returns what happened. */
    public String awaitEnd() throws InterruptedException {
        try {
            return (String) CompletableFuture.anyOf(threads.broken(), declared.refused())
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops the ways in, the last started first, then waits for what the broker has not acknowledged. */
    @Override
    public void close() {
        while (!closers.isEmpty()) {
            closers.pop().run();
        }
    }
}
