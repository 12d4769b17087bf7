package io.twinstream.verifier;

import io.twinstream.schemas.http.BrokerCheck;
import io.twinstream.schemas.http.Health;
import io.twinstream.schemas.http.HealthCheck;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.OpenApi;
import io.twinstream.schemas.kafka.BrokerWatch;
import io.twinstream.schemas.kafka.HeldTopics;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.RecreatedTopics;
import io.twinstream.schemas.kafka.TopicComparison;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.release.ModelLog;
import io.twinstream.schemas.release.ModelStates;
import io.twinstream.schemas.threads.RunningService;
import io.twinstream.schemas.threads.ServiceParts;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.ServiceTopics;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.tracing.Tracing;
import io.twinstream.verifier.control.ActivationWriter;
import io.twinstream.verifier.control.ModelControl;
import io.twinstream.verifier.drift.DriftDetection;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.VersionSettings;
import io.twinstream.verifier.settings.WatchingSettings;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.standstill.ThreadActivities;
import io.twinstream.verifier.stream.CloudEvents;
import io.twinstream.verifier.version.BrokerTime;
import io.twinstream.verifier.version.HeldVersions;
import io.twinstream.verifier.version.HeldVersions.VersionPolicy;
import io.twinstream.verifier.version.StateReports;
import io.twinstream.verifier.version.VersionStatus;
import io.twinstream.verifier.web.AdvertisedAddress;
import io.twinstream.verifier.web.GroupApi;
import io.twinstream.verifier.web.GroupApi.GroupSource;
import io.twinstream.verifier.web.GroupApi.GroupVerifier;
import io.twinstream.verifier.web.ModelsApi;
import io.twinstream.verifier.web.PageRoutes;
import io.twinstream.verifier.web.Peers;
import io.twinstream.verifier.web.SessionApi;
import io.twinstream.verifier.web.WindowsApi;
import io.twinstream.verifier.window.MatchWindows;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A verifier service is one running verifier: its model versions with their galleries, the topologies, the windows, and
 * what it shows over HTTP.
 *
 * <p>Each part is opened after those that it uses, and parts stop in the reverse order, so that the models close after
 * everything that runs them. They begin to work in this order:
 *
 * <ol>
 *   <li>the watches of held topics, of topics created anew and of lost probes: losses are counted before anything is judged,
 *       and the topics' ids are known before the topics are read
 *   <li>HTTP, since reports and the other verifiers of the group name this one by its port
 *   <li>the windows, which the others ask for at that port
 *   <li>standstills, the log of versions, and then the versions that the log tells of
 *   <li>the operators' views, and the reports of versions
 *   <li>judging, by itself as soon as the version that serves is ready
 *   <li>the watch of progress
 * </ol>
 */
public final class VerifierService implements RunningService {
    private static final Logger log = LoggerFactory.getLogger(VerifierService.class);

    /** This is the time within which a verifier closes. */
    public static final Duration STOP = Duration.ofSeconds(16);

    private static final Duration PART_STOP = Duration.ofSeconds(11);

    private final ServiceThreads threads = new ServiceThreads();
    private final ServiceParts parts;
    private final ModelLog modelLog;
    private final HeldVersions versions;
    private final LookAheads lookAheads;
    private final JudgingTopologies judging;
    private final ProgressWatch progress;
    private final MatchWindows windows;
    private final HeldTopics held;
    private final HotPartition hot;
    private final HttpServer http;

    private VerifierService(ServiceParts parts, VerifierSettings settings) throws IOException {
        this.parts = parts;
        Clock clock = Clock.systemUTC();
        Topics topics = settings.common().topics();
        KafkaClients clients = KafkaClients.of(settings.common());
        VersionSettings versionSettings = settings.versions();
        Shard shard = versionSettings.gallery().shard();
        String group = settings.streams().group();
        WatchingSettings watched = settings.watching();
        ServiceTopics used = ServiceTopics.ofVerifier(
                topics, !shard.isWhole(), watched.windows().on());
        TopicComparison.require(clients, used.declared(), VerifierSettings.SERVICE);

        ServiceMetrics metrics = watched.metrics() ? parts.open(new ServiceMetrics(threads)) : null;
        ProbeMetrics probeMetrics =
                metrics == null ? ProbeMetrics.none() : new ProbeMetrics(metrics.registry(), watched.metricsSources());
        Tracing tracing = parts.open(Tracing.open(settings.common().tracing(), "twinstream-verifier"));

        modelLog = parts.open(ModelLog.withStates(clients, topics, threads));
        BrokerTime brokerTime = new BrokerTime(clock);
        versions = parts.open(new HeldVersions(
                versionSettings,
                clients,
                topics,
                threads,
                modelLog,
                brokerTime,
                VersionPolicy.verifying(settings.streams().versionWait())));
        ThreadActivities activities = new ThreadActivities();
        Standstills standstills = parts.open(new Standstills(clients, topics.standstills(), group, threads, clock));
        lookAheads = new LookAheads(
                topics.probes(),
                versionSettings.images(),
                versionSettings.inference().batchMax(),
                clients.values().deserializer(),
                probeMetrics,
                tracing,
                activities,
                standstills);
        judging = parts.open(new JudgingTopologies(
                clients,
                topics,
                settings.streams(),
                shard,
                threads,
                versions,
                lookAheads,
                standstills,
                probeMetrics,
                clock));

        DriftDetection drift = new DriftDetection(
                watched.drift(),
                id -> versions.manifest(id).map(Manifest::histograms),
                CloudEvents.of(settings.streams(), topics));
        windows = parts.open(new MatchWindows(clients, topics, settings.streams(), watched, threads, drift));
        Peers peers = new Peers(settings.ingest().trust(), settings.http());
        WindowsApi windowsApi = new WindowsApi(windows, peers, clock);
        OperatorViews views = parts.open(new OperatorViews(
                clients,
                topics,
                settings.ingest(),
                settings.trainer(),
                versionSettings.images().maxBytes(),
                threads,
                modelLog,
                versions,
                new ServiceEvents(this::figures, this::status, probeMetrics, clock),
                windowsApi::latest));
        progress = parts.open(new ProgressWatch(
                clients,
                settings.stall(),
                threads,
                activities,
                standstills,
                judging,
                versions,
                () -> Stream.concat(views.followers(), standstills.follower().stream()),
                this::instance));
        Admin admin = parts.open(clients.admin("twinstream-verifier"));
        parts.open(BrokerWatch.start(settings.common().bootstrap(), threads, admin, clock));
        held = parts.open(HeldTopics.start(used.read(), settings.common().heldAfter(), threads, admin));
        RecreatedTopics recreated = parts.open(RecreatedTopics.start(
                List.of(topics.references(), topics.modelReleases(), topics.modelActivations()),
                threads,
                admin,
                clock));
        LostProbes lost = parts.open(LostProbes.start(topics.probes(), shard.application(group), threads, admin));

        ActivationWriter orders = parts.open(new ActivationWriter(clients, topics));
        SessionApi session = new SessionApi(
                settings.ingest().url().isPresent(),
                settings.trainer().url().isPresent(),
                windows.sizes(),
                versionSettings.inference(),
                shard,
                this::instance);
        Health health = health(admin, recreated);
        GroupLag lag = new GroupLag(admin, topics.probes(), shard.applications(group));
        hot = parts.open(HotPartition.start(lag, threads));
        GroupApi groupApi = new GroupApi(new Group(health, lag, views), peers, clock);
        http = parts.open(HttpServer.start(settings.http(), threads, (routes, executor) -> {
            health.register(routes);
            if (metrics != null) {
                metrics.register(routes);
            }
            OpenApi.register(routes, PageRoutes.class);
            routes.get("/status", ctx -> ctx.json(status()));
            PageRoutes.register(routes);
            session.register(routes);
            new ModelsApi(ModelControl.following(
                            modelLog,
                            orders,
                            versions::manifest,
                            versionSettings.inference().impostors()))
                    .register(routes);
            windowsApi.register(routes);
            groupApi.register(routes);
            views.register(routes);
        }));

        String address =
                AdvertisedAddress.of(settings.advertised(), settings.http().address(), http.port());
        windows.begin(address);
        if (metrics != null) {
            drift.show(metrics.registry());
            judging.measure(metrics);
            VerifierGauges.show(metrics, versions, modelLog, lookAheads.statistics(), judging.waiting(), brokerTime);
            windows.measure(metrics);
            progress.measure(metrics.registry());
            held.measure(metrics);
            lost.measure(metrics.registry());
        }
        standstills.start();
        modelLog.start();
        versions.start();
        parts.open(views.start());
        parts.open(StateReports.start(
                clients,
                topics.modelStates(),
                threads,
                instance(),
                address,
                versions::status,
                clock,
                brokerTime::acknowledged));
        parts.open(new DelayedStart(threads, versions::ready, judging::start)).begin();
        progress.start();
        log.info(
                "the verifier has started with the model {}, health is on port {}",
                serving().id(),
                http.port());
    }

    /**
     * Opens the verifier's own model and starts everything. It returns before probes are judged, see {@link #ready}.
     */
    public static VerifierService start(VerifierSettings settings) throws IOException {
        return ServiceParts.<VerifierService, IOException>start(
                STOP, PART_STOP, parts -> new VerifierService(parts, settings));
    }

    /** Returns true when the serving version is ready, its gallery included, and the topologies run. */
    @Override
    public boolean ready() {
        return versions.ready() && versions.failure().isEmpty() && judging.running();
    }

    @Override
    public int port() {
        return http.port();
    }

    /** Returns all HTTP routes, each as {@code METHOD /path}. */
    public Set<String> routes() {
        return http.routes();
    }

    /** Returns the status of the version that serves now. */
    public VersionStatus serving() {
        return versions.status().get(0);
    }

    /** Returns the fields of {@code /status}, first those of the version that serves now. */
    public Map<String, Object> status() {
        List<VersionStatus> all = versions.status();
        VersionStatus serving = all.get(0);
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("model", serving.id().name());
        status.put("version", serving.id().version());
        status.put("sha256", serving.sha256());
        status.put("provider", serving.provider());
        status.put("precision", serving.precision());
        status.put("batch", serving.batch());
        status.put("gallerySize", serving.gallerySize());
        status.putAll(judging.status());
        status.put("probes", lookAheads.statistics().probes());
        status.put("images", lookAheads.statistics().images());
        status.put("batches", lookAheads.statistics().batches());
        status.put("averageBatch", lookAheads.statistics().averageBatch());
        status.put("lookAheadHitRate", lookAheads.statistics().hitRate());
        status.put("waitingFor", versions.waits().cause());
        status.put("waitedMs", versions.waits().total().toMillis());
        status.put("heldTopics", held.lines());
        status.put("warnings", hot.lines());
        status.putAll(windows.status());
        status.put("versions", all.stream().map(VerifierService::shown).toList());
        return status;
    }

    private static Map<String, Object> shown(VersionStatus version) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("model", version.id().toString());
        shown.put("sha256", version.sha256());
        shown.put("precision", version.precision());
        shown.put("batch", version.batch());
        shown.put("state", version.state().name());
        shown.put("reason", version.reason());
        shown.put("gallerySize", version.gallerySize());
        shown.put("warnings", version.warnings());
        shown.put("unusableReferences", version.unusable().all());
        shown.put("unusableReferencesByReason", version.unusable().byReason());
        return shown;
    }

    /**
     * Waits until a thread of the service fails, judging stops, or a thread stands still for good, and returns why.
     */
    @Override
    public String awaitEnd() throws InterruptedException {
        return threads.awaitEnd(judging.ended(), progress.ended());
    }

    @Override
    public void close() {
        parts.close();
    }

    /** Returns true if a part was left running after the stop, or a model still runs that nothing can end. */
    @Override
    public boolean runsOn() {
        return !parts.left().isEmpty() || versions.runOn();
    }

    /** Returns the figures of the event {@code service} that {@code /status} doesn't have. */
    private Map<String, Object> figures() {
        return Map.of("instance", instance(), "ready", ready(), "lag", judging.lag());
    }

    private Health health(Admin admin, RecreatedTopics recreated) {
        HealthCheck following =
                HealthCheck.untroubled("topicsFollowed", versions::failure, "see the log, and start the process again");
        return new Health(
                threads,
                Stream.concat(
                                Stream.of(
                                        HealthCheck.of(
                                                "topologyAlive",
                                                judging::alive,
                                                "an error has stopped the judging: see the log; the process ends by itself"),
                                        following),
                                progress.live().stream())
                        .toList(),
                Stream.concat(
                                Stream.of(
                                        HealthCheck.of(
                                                "topologyRunning",
                                                judging::running,
                                                "partitions are being handed out, or Kafka Streams doesn't run: wait, and see the log if it lasts for minutes"),
                                        HealthCheck.of(
                                                "versionReady",
                                                versions::ready,
                                                "the version that serves is being fetched or its gallery built: see versions of GET /status"),
                                        HealthCheck.untroubled(
                                                "noProbeWaits",
                                                () -> versions.waits().cause(),
                                                "wait, or see versions of GET /status"),
                                        following,
                                        HealthCheck.untroubled("topicsAsRead", recreated::trouble),
                                        BrokerCheck.of(admin)),
                                progress.ready().stream())
                        .toList(),
                windows.sizes().isEmpty()
                        ? List.of()
                        : List.of(
                                HealthCheck.untroubled(
                                        "verdictsCounted",
                                        windows::trouble,
                                        "probes are judged, but this verifier adds to no windows, alarms or charts: remove the cause, and start the process again, which counts what was left out")));
    }

    /** The group is what this verifier knows of all verifiers without asking the others. */
    private final class Group implements GroupSource {
        private final Health health;
        private final GroupLag lag;
        private final OperatorViews views;

        Group(Health health, GroupLag lag, OperatorViews views) {
            this.health = health;
            this.lag = lag;
            this.views = views;
        }

        @Override
        public String instance() {
            return VerifierService.this.instance();
        }

        @Override
        public GroupVerifier own() {
            List<String> reasons = new ArrayList<>(health.unready().values());
            boolean ready = reasons.isEmpty();
            reasons.addAll(health.impaired().values());
            reasons.addAll(held.lines());
            return new GroupVerifier(instance(), true, ready, reasons);
        }

        @Override
        public Set<String> others() {
            return windows.others();
        }

        @Override
        public ModelStates states() {
            return modelLog.states().live(Instant.now());
        }

        @Override
        public Map<String, Instant> silent() {
            return modelLog.states().silent(Instant.now());
        }

        @Override
        public ModelId serving() {
            return VerifierService.this.serving().id();
        }

        @Override
        public OptionalLong lag() {
            return lag.probes();
        }

        @Override
        public List<String> warnings() {
            return hot.lines();
        }

        @Override
        public int deadLetters(Instant since) {
            return views.deadLetters(since, MOST_LETTERS);
        }
    }

    /** Returns the name of this verifier among all of them, {@code host:port}. */
    private String instance() {
        try {
            return InetAddress.getLocalHost().getHostName() + ":" + http.port();
        } catch (UnknownHostException e) {
            return "localhost:" + http.port();
        }
    }

    /**
     * A delayed start runs an action once, on a thread of its own, as soon as a condition holds. Closed before that, it
     * never runs it.
     */
    private static final class DelayedStart implements AutoCloseable {
        private static final long LOOK_MS = 20;

        private final Thread thread;

        DelayedStart(ServiceThreads threads, BooleanSupplier condition, Runnable start) {
            thread = threads.thread("delayed-start", () -> {
                try {
                    while (!condition.getAsBoolean()) {
                        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
                    }
                    start.run();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        void begin() {
            thread.start();
        }

        @Override
        public void close() throws InterruptedException {
            thread.interrupt();
            thread.join();
        }
    }
}
