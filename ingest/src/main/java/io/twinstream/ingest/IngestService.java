package io.twinstream.ingest;

import io.twinstream.ingest.feedback.FeedbackDesk;
import io.twinstream.ingest.folder.FolderWatch;
import io.twinstream.ingest.http.IngestServer;
import io.twinstream.ingest.publish.DeclaredTopics;
import io.twinstream.ingest.publish.ErasureTick;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.PublishException;
import io.twinstream.ingest.publish.TopicCheck;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.kafka.HeldTopics;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.tracing.Tracing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
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
     * @throws ConfigException with one line, if the port is taken or the folder's journal can't be used
     */
    public IngestService(IngestSettings settings) {
        KafkaClients clients = KafkaClients.of(settings.common());
        Topics topics = settings.common().topics();
        boolean started = false;
        try {
            ServiceMetrics metrics = new ServiceMetrics(threads);
            closers.push(metrics::close);
            Tracing tracing = Tracing.open(settings.common().tracing(), "twinstream-ingest");
            closers.push(tracing::close);
            ImagePublisher publisher =
                    ImagePublisher.open(clients, topics, settings.sending(), threads, metrics, tracing);
            closers.push(publisher::close);
            closers.push(ErasureTick.start(threads, publisher, settings.erasureTick())::close);
            TopicCheck check = TopicCheck.open(clients, topics);
            closers.push(check::close);
            declared = DeclaredTopics.compare(clients, topics, threads, check);
            closers.push(declared::close);
            Admin admin = clients.admin("twinstream-ingest-held");
            closers.push(() -> admin.close(Duration.ZERO));
            HeldTopics held = HeldTopics.start(
                    List.of(topics.probes(), topics.references(), topics.labelledImages(), topics.verdicts()),
                    settings.common().heldAfter(),
                    threads,
                    admin);
            closers.push(held::close);
            held.measure(metrics);
            FeedbackDesk desk =
                    FeedbackDesk.open(clients, topics, settings.sending().ackTimeout(), threads, publisher);
            closers.push(desk::close);
            Optional<FolderWatch> watch =
                    settings.folder().map(watched -> FolderWatch.start(watched, threads, publisher));
            watch.ifPresent(each -> closers.push(each::close));
            Metric.INGEST_FOLDER_STOPPED.gauge(
                    metrics.registry(),
                    () -> watch.map(FolderWatch::troubledSeconds).orElse(0.0));
            server = IngestServer.start(
                    settings.http(), threads, publisher, desk, () -> ready(check, watch), tracing, metrics::register);
            closers.push(server::close);
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    private static CompletableFuture<Void> ready(TopicCheck check, Optional<FolderWatch> watch) {
        String trouble = watch.map(FolderWatch::trouble).orElse("");
        return trouble.isEmpty() ? check.check() : CompletableFuture.failedFuture(PublishException.busy(trouble));
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
