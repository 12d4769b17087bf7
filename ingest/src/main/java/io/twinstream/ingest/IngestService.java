package io.twinstream.ingest;

import io.twinstream.ingest.answer.RecentResults;
import io.twinstream.ingest.answer.ResultDesk;
import io.twinstream.ingest.feedback.FeedbackDesk;
import io.twinstream.ingest.folder.FolderWatch;
import io.twinstream.ingest.http.IngestRoutes;
import io.twinstream.ingest.publish.ErasureTick;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.PublishException;
import io.twinstream.ingest.publish.PublishException.PublishFault;
import io.twinstream.ingest.publish.StartupComparison;
import io.twinstream.ingest.publish.TopicCheck;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.http.Health;
import io.twinstream.schemas.http.HealthCheck;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.OpenApi;
import io.twinstream.schemas.kafka.BrokerWatch;
import io.twinstream.schemas.kafka.HeldTopics;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.threads.RunningService;
import io.twinstream.schemas.threads.ServiceParts;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.ServiceTopics;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigException;

/**
 * Runs ingest in a process: the publisher, the HTTP server and, where one is configured, the watched folder. It starts whole
 * or not at all; when it stops, it closes the ways in first and then waits for the broker's acknowledgements.
 */
public final class IngestService implements RunningService {
    /** This is the time within which the service closes; most of it may go to records that the broker has yet to acknowledge. */
    public static final Duration STOP = Duration.ofSeconds(25);

    private static final Duration PART_STOP = Duration.ofSeconds(22);
    private static final long BROKER_ANSWERS_WITHIN_SECONDS = 2;

    private final ServiceThreads threads = new ServiceThreads();
    private final ServiceParts parts;
    private final StartupComparison comparison;
    private final HttpServer http;

    private IngestService(ServiceParts parts, IngestSettings settings) {
        this.parts = parts;
        KafkaClients clients = KafkaClients.of(settings.common());
        Topics topics = settings.common().topics();
        ServiceMetrics metrics = parts.open(new ServiceMetrics(threads));
        Tracing tracing = parts.open(Tracing.open(settings.common().tracing(), "twinstream-ingest"));
        ImagePublisher publisher =
                parts.open(ImagePublisher.open(clients, topics, settings.sending(), threads, metrics, tracing));
        parts.open(ErasureTick.start(threads, publisher, settings.erasureTick()));
        TopicCheck check = parts.open(TopicCheck.open(clients, topics));
        comparison = parts.open(StartupComparison.compare(clients, topics, threads, check));
        Admin admin = parts.open(new HeldTopicsAdmin(clients.admin("twinstream-ingest-held")))
                .admin();
        BrokerWatch brokers =
                parts.open(BrokerWatch.start(settings.common().bootstrap(), threads, admin, Clock.systemUTC()));
        HeldTopics held = parts.open(HeldTopics.start(
                ServiceTopics.ofIngest(topics).read(), settings.common().heldAfter(), threads, admin));
        held.measure(metrics);
        FeedbackDesk desk = parts.open(FeedbackDesk.open(
                clients, topics, settings.sending().ackTimeout(), threads, publisher, metrics.registry()));
        ResultDesk results = parts.open(ResultDesk.open(
                clients,
                topics,
                settings.answering(),
                RecentResults.OF_SERVICE,
                threads,
                brokers::silence,
                metrics.registry()));
        Optional<FolderWatch> watch =
                settings.folder().map(watched -> parts.open(FolderWatch.start(watched, threads, publisher)));
        Metric.INGEST_FOLDER_STOPPED.gauge(
                metrics.registry(),
                () -> watch.map(FolderWatch::troubledSeconds).orElse(0.0));
        Health health = new Health(
                threads,
                List.of(),
                List.of(
                        HealthCheck.untroubled("topicsTakeRecords", () -> trouble(check))
                                .oneAtATime(),
                        HealthCheck.untroubled(
                                "folderSent",
                                () -> watch.map(FolderWatch::trouble).orElse(""),
                                "make room on the disk, or let ingest.folder be read; it goes on by itself")));
        IngestRoutes routes =
                new IngestRoutes(publisher.answeringWithin(settings.answerTimeout()), desk, results, tracing);
        http = parts.open(HttpServer.start(settings.http(), threads, (served, executor) -> {
            health.register(served);
            metrics.register(served);
            OpenApi.register(served, IngestRoutes.class);
            routes.register(served, executor);
        }));
        parts.open(new Waits(results));
    }

    /**
     * Starts the service; no broker has to answer yet.
     *
     * @throws ConfigException with one line, if the port is taken or the folder's journal can't be used
     */
    public static IngestService start(IngestSettings settings) {
        return ServiceParts.start(STOP, PART_STOP, parts -> new IngestService(parts, settings));
    }

    @Override
    public int port() {
        return http.port();
    }

    /** Returns the routes that are served over HTTP, each as {@code METHOD /path}. */
    public Set<String> routes() {
        return http.routes();
    }

    /** Waits for the service's end, and returns as well where a topic turns out to be one that ingest must not write to. */
    @Override
    public String awaitEnd() throws InterruptedException {
        return threads.awaitEnd(comparison.refused());
    }

    @Override
    public void close() {
        parts.close();
    }

    @Override
    public boolean runsOn() {
        return !parts.left().isEmpty();
    }

    /** Returns why the topics can't be written to and what to do, or an empty text if they can. */
    private static String trouble(TopicCheck check) {
        try {
            check.check().get(BROKER_ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS);
            return "";
        } catch (ExecutionException e) {
            return e.getCause() instanceof PublishException known && known.fault() != PublishFault.BUSY
                    ? String.valueOf(known.getMessage())
                    : noBroker();
        } catch (TimeoutException e) {
            return noBroker();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return noBroker();
        }
    }

    /** Closes the client that asks about held topics at once, since brokers may not answer what it has asked. */
    private record HeldTopicsAdmin(Admin admin) implements AutoCloseable {
        @Override
        public void close() {
            admin.close(Duration.ZERO);
        }
    }

    /** Answers those who wait for verdicts before the server closes, which waits for its requests. */
    private record Waits(ResultDesk results) implements AutoCloseable {
        @Override
        public void close() {
            results.endWaits();
        }
    }

    private static String noBroker() {
        return "no broker answers: see the brokers, and bootstrap.servers";
    }
}
