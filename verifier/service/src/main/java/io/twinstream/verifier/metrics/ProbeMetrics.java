package io.twinstream.verifier.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Probe metrics count and time the way of probes to verdicts. Callers choose the names of sources, and versions come
 * and go, so both are counted as {@link #OTHER} beyond a bound. Safe for many threads.
 *
 * <p>Maintainers: a meter is found by a small key, since making its tags anew would cost more than judging some probes.
 */
public final class ProbeMetrics {
    public static final String OTHER = "other";
    public static final int MAX_VERSIONS = 20;

    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private record Version(String model, String version) {
        private static final Version BEYOND = new Version(OTHER, OTHER);
    }

    private record VerdictKey(
            Outcome outcome, @Nullable UndecidedCause cause, TaskKind task, String source, Version version) {}

    private record OutKey(String source, Version version) {}

    private record ShadowKey(Version version, boolean agreed) {}

    private final MeterRegistry registry;
    private final Admitted<String> sources;
    private final Admitted<Version> versions = new Admitted<>(MAX_VERSIONS);
    private final Map<VerdictKey, Counter> verdicts = new ConcurrentHashMap<>();
    private final Map<ShadowKey, Counter> opinions = new ConcurrentHashMap<>();
    private final Map<OutKey, Counter> outOfDomain = new ConcurrentHashMap<>();
    private final Map<String, Counter> deadLetters = new ConcurrentHashMap<>();
    private final DistributionSummary decode;
    private final DistributionSummary embed;
    private final DistributionSummary match;
    private final DistributionSummary latency;
    private final DistributionSummary batch;

    /**
     * Creates the meters in a registry.
     *
     * @param maxSources how many sources have series of their own
     */
    public ProbeMetrics(MeterRegistry registry, int maxSources) {
        this.registry = registry;
        sources = new Admitted<>(maxSources);
        decode = Metric.DECODE.histogram(registry);
        embed = Metric.EMBED.histogram(registry);
        match = Metric.MATCH.histogram(registry);
        latency = Metric.LATENCY.histogram(registry);
        batch = Metric.BATCH.histogram(registry);
    }

    /** Returns meters that nobody reads. */
    public static ProbeMetrics none() {
        return new ProbeMetrics(new CompositeMeterRegistry(), 0);
    }

    public void decoded(long nanos) {
        decode.record(nanos / NANOS);
    }

    public void embedded(long nanos, int images) {
        embed.record(nanos / NANOS);
        batch.record(images);
    }

    public void matched(long nanos) {
        match.record(nanos / NANOS);
    }

    /** Returns the times of all batches embedded so far, which are zero where nobody reads these meters. */
    public Times embedded() {
        return Times.of(embed);
    }

    /** Returns the times of all probes matched so far, which are zero where nobody reads these meters. */
    public Times matched() {
        return Times.of(match);
    }

    /** Counts a verdict that was forwarded. */
    public void verdict(Verdict verdict) {
        String source = sources.admits(verdict.getSourceId()) ? verdict.getSourceId() : OTHER;
        Version version = version(verdict.getModelName(), verdict.getModelVersion());
        VerdictKey key =
                new VerdictKey(verdict.getOutcome(), Undecided.cause(verdict), verdict.getTask(), source, version);
        verdicts.computeIfAbsent(key, this::counter).increment();
        // The counter exists before it counts anything, since a rate needs the zero.
        Counter out = outOfDomain.computeIfAbsent(
                new OutKey(source, version),
                k -> Metric.OUT_OF_DOMAIN.counter(
                        registry, k.source(), k.version().model(), k.version().version()));
        if (verdict.getOutOfDomain()) {
            out.increment();
        }
        // The times are of two machines' clocks, so a verdict may seem to come before its probe.
        Duration took = Duration.between(verdict.getAppendedAt(), verdict.getDecidedAt());
        latency.record(Math.max(0, took.toMillis()) / MILLIS);
    }

    /** Counts what the version in the shadow said of a probe. */
    public void shadow(ShadowOpinion opinion, boolean agreed) {
        ShadowKey key = new ShadowKey(version(opinion.getModelName(), opinion.getModelVersion()), agreed);
        opinions.computeIfAbsent(
                        key,
                        k -> Metric.SHADOW.counter(
                                registry, k.version().model(), k.version().version(), Boolean.toString(k.agreed())))
                .increment();
    }

    /** Counts a dead letter by its reason; there are only a few reasons, all defined by Twinstream. */
    public void deadLetter(String reason) {
        deadLetters
                .computeIfAbsent(reason, r -> Metric.DEAD_LETTERS.counter(registry, r))
                .increment();
    }

    private Version version(String model, String name) {
        Version version = new Version(model, name);
        return versions.admits(version) ? version : Version.BEYOND;
    }

    private Counter counter(VerdictKey key) {
        return Metric.VERDICTS.counter(
                registry,
                word(key.outcome()),
                key.cause() == null ? "none" : word(key.cause()),
                word(key.task()),
                key.source(),
                key.version().model(),
                key.version().version());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Admitted values are the first different ones that come, up to a bound, and stay admitted. Safe for many threads. */
    private static final class Admitted<T> {
        private final Set<T> admitted = ConcurrentHashMap.newKeySet();
        private final int limit;

        Admitted(int limit) {
            this.limit = limit;
        }

        /** Returns whether a value is admitted, and admits it while there is room. */
        boolean admits(T value) {
            return admitted.contains(value) || (admitted.size() < limit && admit(value));
        }

        private synchronized boolean admit(T value) {
            return admitted.contains(value) || (admitted.size() < limit && admitted.add(value));
        }
    }

    /**
     * Times are the number and the total time of one kind of work since the start.
     *
     * @param count how often the work was done
     * @param seconds the time that it took in all
     */
    public record Times(long count, double seconds) {
        private static final double MILLIS = 1e3;

        static Times of(DistributionSummary summary) {
            return new Times(summary.count(), summary.totalAmount());
        }

        /** Returns the mean time in milliseconds of the work since then, or null if none was done. */
        public @Nullable Double meanMillisSince(Times before) {
            return count <= before.count ? null : (seconds - before.seconds) / (count - before.count) * MILLIS;
        }
    }
}
