package io.twinstream.verifier;

import io.javalin.config.RoutesConfig;
import io.twinstream.schemas.http.BrokerCheck;
import io.twinstream.schemas.http.Check;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.kafka.HeldTopics;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.release.ModelLog;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.TopicComparison;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.tracing.Tracing;
import io.twinstream.verifier.control.ActivationWriter;
import io.twinstream.verifier.control.ModelControl;
import io.twinstream.verifier.drift.Drift;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.VersionSettings;
import io.twinstream.verifier.settings.WatchingSettings;
import io.twinstream.verifier.standstill.Standpoints;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.version.BrokerTime;
import io.twinstream.verifier.version.StateReports;
import io.twinstream.verifier.version.VersionStatus;
import io.twinstream.verifier.version.Versions;
import io.twinstream.verifier.version.Versions.VersionPolicy;
import io.twinstream.verifier.web.AdvertisedAddress;
import io.twinstream.verifier.web.HealthServer;
import io.twinstream.verifier.web.ModelsApi;
import io.twinstream.verifier.web.PageRoutes;
import io.twinstream.verifier.web.SessionApi;
import io.twinstream.verifier.web.WindowsApi;
import io.twinstream.verifier.window.MatchWindows;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One verifier: its model versions with their galleries, the topology, the windows, and health over HTTP. Starts whole or not at all.
 */
public final class VerifierService implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VerifierService.class);

    /** For all parts together, and for one: who sent SIGTERM sends SIGKILL half a minute later. */
    private static final Duration STOP = Duration.ofSeconds(16);

    private static final Duration PART_STOP = Duration.ofSeconds(11);
    private static final long LEAST_STOP_MS = 200;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final ServiceThreads threads = new ServiceThreads();

    /** Null where they are off. */
    private final @Nullable ServiceMetrics metrics;

    private final ModelLog modelLog;
    private final Versions versions;
    private final LookAheads lookAheads;
    private final Judging judging;
    private final ProgressWatch progress;
    private final MatchWindows windows;
    private final HeldTopics held;
    private final HealthServer health;
    private volatile boolean leftRunning;

    private VerifierService(VerifierSettings settings) throws IOException {
        try {
            Clock clock = Clock.systemUTC();
            Topics topics = settings.common().topics();
            KafkaClients clients = KafkaClients.of(settings.common());
            VersionSettings versionSettings = settings.versions();
            Shard shard = versionSettings.gallery().shard();
            String group = settings.streams().group();
            WatchingSettings watched = settings.watching();
            TopicComparison.require(
                    clients.properties(),
                    shard.judging(topics, watched.windows().on()),
                    VerifierSettings.SERVICE);
            metrics = watched.metrics() ? opened(new ServiceMetrics(threads)) : null;
            ProbeMetrics probeMetrics = metrics == null
                    ? ProbeMetrics.none()
                    : new ProbeMetrics(metrics.registry(), watched.metricsSources());
            Tracing tracing = opened(Tracing.open(settings.common().tracing(), "twinstream-verifier"));
            modelLog = opened(ModelLog.withStates(clients, topics, threads));
            BrokerTime brokerTime = new BrokerTime(clock);
            versions = opened(new Versions(
                    versionSettings,
                    clients,
                    topics,
                    threads,
                    modelLog,
                    brokerTime,
                    VersionPolicy.verifying(settings.streams().versionWait())));
            Standpoints standpoints = new Standpoints();
            Standstills standstills = opened(new Standstills(clients, topics.standstills(), group, threads, clock));
            lookAheads = new LookAheads(
                    topics.probes(),
                    versionSettings.images(),
                    versionSettings.inference().batchMax(),
                    clients.values().deserializer(),
                    probeMetrics,
                    tracing,
                    standpoints,
                    standstills);
            judging = opened(new Judging(
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
            Drift drift = new Drift(watched.drift(), id -> versions.manifest(id).map(Manifest::histograms));
            if (metrics != null) {
                drift.show(metrics.registry());
                judging.measure(metrics);
                VerifierGauges.show(
                        metrics, versions, modelLog, lookAheads.statistics(), judging.waiting(), brokerTime);
            }
            windows = opened(new MatchWindows(clients, topics, settings.streams(), watched, threads, drift));
            HttpSettings http = settings.http();
            WindowsApi windowsApi = new WindowsApi(windows, settings.ingest().trust(), http, clock);
            WatchService watching = opened(new WatchService(
                    clients,
                    topics,
                    settings.ingest(),
                    versionSettings.images().maxBytes(),
                    threads,
                    modelLog,
                    versions,
                    new ServiceEvents(this::figures, this::status, probeMetrics, clock),
                    windowsApi::latest));
            progress = opened(new ProgressWatch(
                    clients,
                    settings.stall(),
                    threads,
                    standpoints,
                    standstills,
                    judging,
                    versions,
                    () -> Stream.concat(watching.followers(), standstills.follower().stream()),
                    this::instance));
            Admin admin = opened(clients.admin("twinstream-verifier"));
            BrokerCheck broker = new BrokerCheck(admin);
            held = opened(
                    HeldTopics.start(read(topics, shard), settings.common().heldAfter(), threads, admin));
            LostProbes lost = opened(LostProbes.start(topics.probes(), shard.application(group), threads, admin));
            ActivationWriter orders = opened(new ActivationWriter(clients, topics));
            health = opened(serve(settings, http, broker, routes -> {
                new ModelsApi(ModelControl.following(modelLog, orders)).register(routes);
                windowsApi.register(routes);
                watching.register(routes);
            }));
            windows.begin(AdvertisedAddress.of(settings.advertised(), http.address(), health.port()));
            if (metrics != null) {
                windows.measure(metrics);
                progress.measure(metrics.registry());
                held.measure(metrics);
                lost.measure(metrics.registry());
            }
            standstills.start();
            modelLog.start();
            versions.start();
            opened(watching.start());
            opened(StateReports.start(
                    clients,
                    topics.modelStates(),
                    threads,
                    instance(),
                    versions::status,
                    clock,
                    brokerTime::acknowledged));
            opened(new DelayedStart(threads, versions::ready, judging::start)).begin();
            progress.start();
            VersionStatus first = versions.status().get(0);
            log.info("verifying with {} to begin with, health on port {}", first.id(), health.port());
        } catch (RuntimeException | IOException | Error e) {
            close();
            throw e;
        }
    }

    /** Opens the verifier's own model, then starts everything; returns before probes are judged, see {@link #ready}. */
    public static VerifierService start(VerifierSettings settings) throws IOException {
        return new VerifierService(settings);
    }

    /** True when the version that serves is ready, its gallery included, and the topology runs. */
    public boolean ready() {
        return versions.ready() && versions.failure().isEmpty() && judging.running();
    }

    /** Port of health and status. */
    public int port() {
        return health.port();
    }

    /** What is served over HTTP, each as {@code METHOD /path}. */
    public Set<String> routes() {
        return health.routes();
    }

    /** The version that serves now. */
    public VersionStatus serving() {
        return versions.status().get(0);
    }

    /** What {@code /status} shows; of the version that serves now first. */
    public Map<String, Object> status() {
        List<VersionStatus> all = versions.status();
        VersionStatus serving = all.get(0);
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("model", serving.id().name());
        status.put("version", serving.id().version());
        status.put("sha256", serving.sha256());
        status.put("provider", serving.provider());
        status.put("precision", serving.precision());
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
        status.putAll(windows.status());
        status.put("versions", all.stream().map(VerifierService::shown).toList());
        return status;
    }

    private static Map<String, Object> shown(VersionStatus version) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("model", version.id().toString());
        shown.put("sha256", version.sha256());
        shown.put("precision", version.precision());
        shown.put("state", version.state().name());
        shown.put("reason", version.reason());
        shown.put("gallerySize", version.gallerySize());
        shown.put("unusableReferences", version.unusable().all());
        shown.put("unusableReferencesByReason", version.unusable().byReason());
        return shown;
    }

    /** Waits for the end; returns the error that caused it, or an empty text after {@link #close}. */
    public String awaitEnd() throws InterruptedException {
        try {
            return (String) CompletableFuture.anyOf(judging.ended(), threads.broken(), progress.ended())
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Stops in the reverse order of the start: the models go last, when nobody runs them any more. What doesn't stop in its time
     * is left as it is, and said.
     */
    @Override
    public void close() {
        long end = System.nanoTime() + STOP.toNanos();
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.removeLast();
            String name = part.getClass().getSimpleName();
            Thread closing = new Thread(() -> close(part, name), "closing " + name);
            closing.setDaemon(true);
            closing.start();
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            try {
                closing.join(Math.max(LEAST_STOP_MS, Math.min(left, PART_STOP.toMillis())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (closing.isAlive()) {
                leftRunning = true;
                log.warn("{} did not stop in time and is left as it is", name);
            }
        }
    }

    private static void close(AutoCloseable part, String name) {
        try {
            part.close();
        } catch (Exception e) {
            log.warn("closing {}: {}", name, e.getMessage());
        }
    }

    /** Whether, after {@link #close}, something runs on, as a model that nothing ends: native code must not be taken away under it. */
    public boolean runsOn() {
        return leftRunning || versions.runOn();
    }

    /** What the event {@code service} shows and {@code /status} doesn't. */
    private Map<String, Object> figures() {
        return Map.of("instance", instance(), "ready", ready(), "lag", judging.lag());
    }

    private HealthServer serve(
            VerifierSettings settings, HttpSettings http, BrokerCheck broker, Consumer<RoutesConfig> more) {
        Check following = Check.of("topicsFollowed", () -> versions.failure().isEmpty());
        return HealthServer.start(
                http,
                threads,
                all(
                        progress.live(),
                        Check.of("topologyAlive", judging::alive),
                        following,
                        Check.untroubled("threadsAlive", threads::trouble)),
                all(
                        progress.ready(),
                        Check.of("topologyRunning", judging::running),
                        Check.of("versionReady", versions::ready),
                        Check.of("noProbeWaits", () -> versions.waits().cause().isEmpty()),
                        following,
                        Check.of("brokerAnswers", broker::answers)),
                this::status,
                routes -> {
                    PageRoutes.register(routes);
                    new SessionApi(
                                    settings.ingest().url().isPresent(),
                                    windows.sizes(),
                                    settings.versions().inference(),
                                    this::instance)
                            .register(routes);
                    more.accept(routes);
                    if (metrics != null) {
                        metrics.register(routes);
                    }
                });
    }

    /** The topics that a verifier reads. */
    private static List<String> read(Topics topics, Shard shard) {
        List<String> read = new ArrayList<>(List.of(
                topics.probes(),
                topics.references(),
                topics.verdicts(),
                topics.modelReleases(),
                topics.modelChunks(),
                topics.modelActivations(),
                topics.modelStates(),
                topics.alarms(),
                topics.trainingProgress()));
        if (!shard.isWhole()) {
            read.add(topics.partialVerdicts());
        }
        return read;
    }

    private static List<Check> all(List<Check> ofProgress, Check... others) {
        return Stream.concat(Stream.of(others), ofProgress.stream()).toList();
    }

    /** Names this verifier among all of them. */
    private String instance() {
        try {
            return InetAddress.getLocalHost().getHostName() + ":" + health.port();
        } catch (UnknownHostException e) {
            return "localhost:" + health.port();
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.addLast(part);
        return part;
    }
}
