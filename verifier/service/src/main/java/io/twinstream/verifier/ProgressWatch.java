package io.twinstream.verifier;

import io.micrometer.core.instrument.MeterRegistry;
import io.twinstream.schemas.http.HealthCheck;
import io.twinstream.schemas.image.ForeignDecoder;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.standstill.ThreadActivities;
import io.twinstream.verifier.standstill.ThreadActivity;
import io.twinstream.verifier.stream.UnprocessedRecords;
import io.twinstream.verifier.version.HeldVersions;
import io.twinstream.verifier.version.VersionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The progress watch tells whether a verifier makes progress, which running threads don't prove. Whatever stands still
 * for {@code verifier.stall.ms} fails a check of readiness; after four times that it fails a check of liveness, if only
 * a restart can help.
 *
 * <p>A stream thread that stands still on a probe for the longer time never ends by itself. The watch notes the probe
 * for whoever takes the partition over, and completes {@link #ended} to end the process.
 */
final class ProgressWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProgressWatch.class);
    private static final int GIVEN_UP = 4;
    private static final long TICK_MS = 500;
    private static final int DEFAULT_POLL_INTERVAL_MS = 300_000;
    private static final double NANOS = 1e9;
    private static final String KEEP_RECORD = "keep the record that is named, it shows a fault of this program";

    /** Lists the states that a version should leave within bounded time. */
    private static final Set<VersionState> UNDER_WAY =
            EnumSet.of(VersionState.ASSEMBLING, VersionState.VALIDATING, VersionState.WARMING, VersionState.BUILDING);

    /** A reached state is the state that a version had when it last made progress. */
    private record Reached(VersionState state, int references, long sinceNanos) {
        boolean same(VersionStatus now) {
            return state == now.state() && references == count(now);
        }

        static int count(VersionStatus status) {
            return status.gallerySize() + status.unusable().all();
        }
    }

    /** A stall says what stands still, and for how long. */
    private record Stall(String what, Duration duration) {
        static final Stall NONE = new Stall("", Duration.ZERO);

        double seconds() {
            return duration.toNanos() / NANOS;
        }
    }

    private final ThreadActivities activities;
    private final Standstills standstills;
    private final JudgingTopologies judging;
    private final HeldVersions versions;
    private final List<UnprocessedRecords> unprocessed;
    private final Supplier<Stream<TopicFollower>> others;
    private final Supplier<String> instance;
    private final Duration stall;
    private final Duration hopeless;
    private final Duration pollBound;
    private final ScheduledExecutorService executor;
    /**
     * Holds the work of the thread that had stood still longest at the last tick. Only the executor's threads use this
     * and the count of ticks that it has lasted.
     */
    private ThreadActivity.@Nullable Work watched;

    private long ticks;

    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final Map<ModelId, Reached> reached = new HashMap<>();
    private volatile Optional<Stall> version = Optional.empty();

    /**
     * Creates a watch that looks at nothing before {@link #start}.
     *
     * @param stall how long something may stand still
     * @param others the followers of topics that judging doesn't need
     * @param instance the name of this verifier
     */
    ProgressWatch(
            KafkaClients clients,
            Duration stall,
            ServiceThreads threads,
            ThreadActivities activities,
            Standstills standstills,
            JudgingTopologies judging,
            HeldVersions versions,
            Supplier<Stream<TopicFollower>> others,
            Supplier<String> instance) {
        this.activities = activities;
        this.standstills = standstills;
        this.judging = judging;
        this.versions = versions;
        this.others = others;
        this.instance = instance;
        this.stall = stall;
        this.hopeless = stall.multipliedBy(GIVEN_UP);
        this.unprocessed = judging.unprocessed(clients, stall.dividedBy(GIVEN_UP));
        this.pollBound = Duration.ofMillis(pollIntervalMs(clients) / 2);
        this.executor = threads.scheduled("progress", 2);
    }

    void start() {
        every(TICK_MS, this::tick);
        every(stall.dividedBy(GIVEN_UP).toMillis(), this::lookForProbes);
    }

    /**
     * Returns a future that completes, with one line for the log, when this process has to end because a thread stands
     * still.
     */
    CompletableFuture<String> ended() {
        return ended;
    }

    /** Returns the checks of liveness, which fail where only a restart helps. */
    List<HealthCheck> live() {
        return List.of(
                check("threadsMove", this::thread, hopeless, KEEP_RECORD),
                HealthCheck.atMost(
                        "fewDecodersLost",
                        ForeignDecoder::lost,
                        Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
                        () ->
                                "as many decoders hang as there are processors: start the process again, and find out who sends such pictures"));
    }

    /** Returns the checks of readiness, which fail where something that judging needs makes no progress. */
    List<HealthCheck> ready() {
        return List.of(
                check("threadsMove", this::thread, stall, KEEP_RECORD),
                check("decodersMove", ProgressWatch::awaitedDecoder, Duration.ZERO, "wait, it is given up within 16 s"),
                check(
                        "probesJudged",
                        this::probe,
                        stall,
                        "see the other checks; where none fails, start the process again"),
                check("pollsInTime", this::poll, pollBound, "lower verifier.batch.max, or use a faster model"),
                check("followersMove", this::follower, stall, "see the brokers"),
                check("versionsMove", () -> version.orElse(Stall.NONE), hopeless, "see the log for what it is doing"));
    }

    void measure(MeterRegistry registry) {
        Map.<String, Supplier<Stall>>of(
                        "threads", this::thread,
                        "probes", this::probe,
                        "polls", this::poll,
                        "followers", this::follower,
                        "decoders", ProgressWatch::decoder,
                        "versions", () -> version.orElse(Stall.NONE))
                .forEach((of, standing) ->
                        Metric.STANDSTILL.gauge(registry, () -> standing.get().seconds(), of));
    }

    @Override
    public void close() throws InterruptedException {
        executor.shutdownNow();
        // The watches are for the executor's threads alone, so they are closed once these have ended.
        if (executor.awaitTermination(stall.toMillis(), TimeUnit.MILLISECONDS)) {
            unprocessed.forEach(UnprocessedRecords::close);
        }
    }

    private void every(long millis, Runnable look) {
        var unused = executor.scheduleWithFixedDelay(look, millis, millis, TimeUnit.MILLISECONDS);
    }

    private static HealthCheck check(String name, Supplier<Stall> standing, Duration bound, String remedy) {
        return HealthCheck.atMost(
                name,
                () -> standing.get().seconds(),
                bound.toNanos() / NANOS,
                () -> "%s for %d s: %s"
                        .formatted(
                                standing.get().what(), standing.get().duration().toSeconds(), remedy));
    }

    private void tick() {
        lookAtVersions();
        ThreadActivity.Work oldest = activities.longest().orElse(null);
        ticks = oldest != null && oldest.equals(watched) ? ticks + 1 : 0;
        watched = oldest;
        if (oldest != null
                && since(oldest.sinceNanos()).compareTo(hopeless) > 0
                // On a paused or overloaded machine the clock runs on though no thread is at fault, so ticks are
                // counted too.
                && ticks * TICK_MS * 2 >= hopeless.toMillis()
                && !ended.isDone()) {
            giveUp(oldest);
        }
    }

    private void giveUp(ThreadActivity.Work at) {
        standstills.note(at, instance.get());
        String line = "%s for %d s: this verifier ends, and another takes its partitions over"
                .formatted(on(at), since(at.sinceNanos()).toSeconds());
        log.error(line);
        ended.complete(line);
    }

    private void lookForProbes() {
        for (UnprocessedRecords each : unprocessed) {
            try {
                each.look();
            } catch (KafkaException e) {
                // Another check reports brokers that don't answer.
                log.debug("it isn't known now whether probes wait unjudged", e);
            }
        }
    }

    private void lookAtVersions() {
        List<VersionStatus> all = versions.status();
        reached.keySet().retainAll(all.stream().map(VersionStatus::id).collect(Collectors.toSet()));
        for (VersionStatus each : all) {
            Reached before = reached.get(each.id());
            if (before == null || !before.same(each)) {
                reached.put(each.id(), new Reached(each.state(), Reached.count(each), System.nanoTime()));
            }
        }
        version = reached.entrySet().stream()
                .filter(each -> UNDER_WAY.contains(each.getValue().state()))
                .map(each -> new Stall(
                        "%s has been %s and got no further"
                                .formatted(each.getKey(), each.getValue().state()),
                        since(each.getValue().sinceNanos())))
                .max(Comparator.comparing(Stall::duration));
    }

    private Stall thread() {
        Stream<Stall> stream = activities.longest().stream().map(at -> new Stall(on(at), since(at.sinceNanos())));
        return longest(Stream.concat(
                stream,
                standing(
                        Stream.concat(versions.followers().stream(), others.get()),
                        "%s has been at one record",
                        TopicFollower::handlingFor)));
    }

    /** Returns the longest decoding that still runs, given up or not. */
    private static Stall decoder() {
        return decoding(ForeignDecoder.hangingSince());
    }

    /**
     * Returns the longest decoding that others wait for. One that was given up takes a processor, but holds nobody up.
     */
    private static Stall awaitedDecoder() {
        return decoding(ForeignDecoder.awaitedSince());
    }

    private static Stall decoding(Optional<Instant> begun) {
        return begun.map(since -> new Stall("a picture is being decoded", Duration.between(since, Instant.now())))
                .orElse(Stall.NONE);
    }

    private Stall probe() {
        return longest(unprocessed.stream()
                .flatMap(each -> each.oldest().stream())
                .map(each -> new Stall(
                        "a probe waits on %s, and none was judged there".formatted(each.partition()),
                        since(each.sinceNanos()))));
    }

    private Stall poll() {
        return new Stall(
                "a stream thread hasn't polled", Duration.ofMillis((long) (judging.sincePollSeconds() * 1_000)));
    }

    private Stall follower() {
        return longest(standing(
                versions.followers().stream(), "%s hasn't moved while its topic has", TopicFollower::stoodFor));
    }

    private static Stream<Stall> standing(
            Stream<TopicFollower> followers, String what, Function<TopicFollower, Duration> duration) {
        return followers.map(each -> new Stall(what.formatted(each.name()), duration.apply(each)));
    }

    private static Stall longest(Stream<Stall> standing) {
        return standing.max(Comparator.comparing(Stall::duration)).orElse(Stall.NONE);
    }

    private static String on(ThreadActivity.Work at) {
        return at.probes().size() == 1
                ? "a stream thread has stood still on the probe " + at.probes().get(0)
                : "a stream thread has stood still on %d probes, among them %s"
                        .formatted(at.probes().size(), at.probes().get(0));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(Math.max(0, System.nanoTime() - nanos));
    }

    private static int pollIntervalMs(KafkaClients clients) {
        Object set = clients.properties().get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
        return set == null ? DEFAULT_POLL_INTERVAL_MS : Integer.parseInt(set.toString());
    }
}
