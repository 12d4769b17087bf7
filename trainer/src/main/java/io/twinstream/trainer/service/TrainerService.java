package io.twinstream.trainer.service;

import io.twinstream.schemas.http.BrokerCheck;
import io.twinstream.schemas.http.Health;
import io.twinstream.schemas.http.HealthCheck;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.OpenApi;
import io.twinstream.schemas.kafka.BrokerWatch;
import io.twinstream.schemas.kafka.HeldTopics;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.kafka.RecreatedTopics;
import io.twinstream.schemas.kafka.TopicComparison;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.release.PackageCache;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.threads.RunningService;
import io.twinstream.schemas.threads.ServiceParts;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.ServiceTopics;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.publish.GatedPublication;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.trainer.training.TrainingListener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainer service takes requests from the topic and over HTTP, trains one run at a time, and publishes what the
 * gate lets pass. All it knows is on the topics, so another instance goes on where this one ends. Closed, it takes no
 * more requests, and stops the run that is under way at its next step, to be taken up again.
 */
public final class TrainerService implements RunningService {
    private static final Logger log = LoggerFactory.getLogger(TrainerService.class);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int DELIVERY_MS = 30_000;
    private static final int REQUEST_MS = 10_000;
    private static final int BLOCK_MS = 10_000;

    /** The service closes within this time; the step that is under way may take most of it. */
    public static final Duration STOP = Duration.ofSeconds(25);

    private static final Duration PART_STOP = Duration.ofSeconds(22);

    private final ServiceThreads threads = new ServiceThreads();
    private final ServiceParts parts;
    private final HttpServer http;

    private TrainerService(ServiceParts parts, TrainerSettings settings, Trainer trainer, Screens screens)
            throws IOException {
        this.parts = parts;
        Clock clock = Clock.systemUTC();
        Topics topics = settings.common().topics();
        KafkaClients clients = KafkaClients.of(settings.common());
        ServiceTopics used = ServiceTopics.ofTrainer(topics);
        TopicComparison.require(clients, used.declared(), TrainerSettings.SERVICE);
        DataRoot data = new DataRoot(settings.dataRoot());
        RunBoard board = new RunBoard();
        ServiceMetrics metrics = parts.open(new ServiceMetrics(threads));
        board.measure(metrics);
        Supplier<PublishedModels> published = () -> PublishedModels.read(clients, topics);
        RequestCheck check = new RequestCheck(trainer, data, published, settings.queueMax());
        RunRecords records = parts.open(new RunRecords(producer(clients, metrics), topics, board));
        long start = System.nanoTime();
        TopicFollower follower = parts.open(follower(clients, metrics, topics, board));
        RunExecution execution = new RunExecution(
                trainer,
                data,
                published,
                new PackageCache(clients, topics, settings.models()),
                new GatedPublication(clients, topics, settings.models(), settings.publishing()),
                records,
                settings.workFolder());
        RunWorker worker = new RunWorker(threads, execution, records, screens, clock);
        TrainingDesk desk = parts.open(new TrainingDesk(
                threads,
                member(settings.group(), clients, metrics),
                topics.trainingRequests(),
                () -> follower.isCompleteAsOf(start),
                board,
                check,
                records,
                worker,
                clock));
        Admin admin = parts.open(clients.admin("twinstream-trainer"));
        parts.open(BrokerWatch.start(settings.common().bootstrap(), threads, admin, clock));
        parts.open(HeldTopics.start(used.read(), settings.common().heldAfter(), threads, admin))
                .measure(metrics);
        RecreatedTopics recreated = parts.open(RecreatedTopics.start(
                List.of(topics.trainingRequests(), topics.trainingProgress()), threads, admin, clock));
        Health health = health(desk, follower, execution, recreated, admin);
        RunRoutes runs = new RunRoutes(board, check, records, follower, clock);
        follower.start();
        desk.start();
        http = parts.open(HttpServer.start(settings.http(), threads, (routes, executor) -> {
            health.register(routes);
            metrics.register(routes);
            OpenApi.register(routes, TrainerService.class);
            runs.register(routes);
        }));
        log.info("the trainer takes requests from its topic, and over HTTP on port {}", http.port());
    }

    /**
     * Starts a service.
     *
     * @param screens show the runs
     * @throws IOException if the data root can't be found
     */
    public static TrainerService start(TrainerSettings settings, Trainer trainer, Screens screens) throws IOException {
        return ServiceParts.<TrainerService, IOException>start(
                STOP, PART_STOP, parts -> new TrainerService(parts, settings, trainer, screens));
    }

    private Health health(
            TrainingDesk desk, TopicFollower follower, RunExecution execution, RecreatedTopics recreated, Admin admin) {
        return new Health(
                threads,
                List.of(
                        HealthCheck.of(
                                "deskAlive",
                                desk::alive,
                                "the thread that takes up runs has ended: see the log, and start the process again"),
                        HealthCheck.untroubled(
                                "runsFollowed", follower::failure, "see the log, and start the process again")),
                List.of(
                        HealthCheck.of(
                                "runsRead",
                                follower::caughtUp,
                                "the topics of runs haven't been read to their ends since the start: wait, and see the brokers if it lasts"),
                        HealthCheck.untroubled(
                                "runHasRoom", execution::trouble, "make room on that disk; the run goes on by itself"),
                        HealthCheck.untroubled("topicsAsRead", recreated::trouble),
                        BrokerCheck.of(admin)));
    }

    /** Opens a listener that shows a run to whoever sits before the service. */
    @FunctionalInterface
    public interface Screens {
        /**
         * Opens a listener for a run that begins.
         *
         * @param title a few words for what is trained
         * @param steps the most steps that the run takes
         */
        TrainingListener open(String title, int steps);
    }

    @Override
    public int port() {
        return http.port();
    }

    /** Returns what is served over HTTP, each as {@code METHOD /path}. */
    public Set<String> routes() {
        return http.routes();
    }

    @Override
    public String awaitEnd() throws InterruptedException {
        return threads.awaitEnd();
    }

    @Override
    public void close() {
        parts.close();
    }

    @Override
    public boolean runsOn() {
        return !parts.left().isEmpty();
    }

    private static KafkaProducer<String, byte[]> producer(KafkaClients clients, ServiceMetrics metrics) {
        KafkaProducer<String, byte[]> producer = clients.producer(
                "twinstream-trainer",
                Map.of(
                        // A trainer that was cut off must not tell later what another has told since: what is old is
                        // dropped.
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        DELIVERY_MS,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        REQUEST_MS,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        BLOCK_MS));
        metrics.producer(producer);
        return producer;
    }

    private TopicFollower follower(KafkaClients clients, ServiceMetrics metrics, Topics topics, RunBoard board) {
        Consumer<String, byte[]> consumer = clients.consumer(
                "twinstream-training-runs", Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) POLL.toMillis()));
        metrics.consumer(consumer);
        return new TopicFollower(
                "training-runs",
                threads,
                consumer,
                clients.uncommitted("twinstream-training-runs"),
                (partitions, open) -> OpenTransactions.told(clients, partitions, open),
                List.of(topics.trainingRequests(), topics.trainingProgress()),
                POLL,
                read -> board.apply(topics, read));
    }

    /** Returns a member of the trainers' group. A further member takes nothing from the one that leads. */
    private static Consumer<String, byte[]> member(String group, KafkaClients clients, ServiceMetrics metrics) {
        Consumer<String, byte[]> member = clients.consumer(
                "twinstream-trainer",
                Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group,
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        CooperativeStickyAssignor.class.getName(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "latest"));
        metrics.consumer(member);
        return member;
    }
}
