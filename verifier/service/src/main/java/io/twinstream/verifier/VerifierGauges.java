package io.twinstream.verifier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.ModelLog;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.merge.WaitingProbes;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.version.BrokerTime;
import io.twinstream.verifier.version.HeldVersions;
import io.twinstream.verifier.version.VersionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The verifier's gauges show what its parts know of themselves as metrics. They are computed when somebody reads them.
 */
final class VerifierGauges {
    private static final double MILLIS = 1e3;

    /** Lists the reasons that are shown even if no reference has them. */
    private static final Map<String, Integer> OF_PICTURES =
            Map.of(UndecidedCause.BLANK.name(), 0, UndecidedCause.OUT_OF_DOMAIN.name(), 0);

    private final HeldVersions versions;
    private final MultiGauge states;
    private final MultiGauge galleries;
    private final MultiGauge unusable;

    private VerifierGauges(MeterRegistry registry, HeldVersions versions) {
        this.versions = versions;
        states = Metric.VERSION_STATE.rows(registry);
        galleries = Metric.GALLERY.rows(registry);
        unusable = Metric.UNUSABLE.rows(registry);
    }

    static void show(
            ServiceMetrics metrics,
            HeldVersions versions,
            ModelLog modelLog,
            LookAheads.Statistics statistics,
            WaitingProbes forShards,
            BrokerTime time) {
        MeterRegistry registry = metrics.registry();
        Metric.HITS.counter(registry, statistics, LookAheads.Statistics::hits);
        Metric.MISSES.counter(registry, statistics, each -> each.probes() - each.hits());
        Metric.WAITING.gauge(registry, versions.waits()::waiting);
        Metric.WAITED.counter(registry, versions.waits(), each -> each.total().toMillis() / MILLIS);
        Metric.SHARD_WAITING.gauge(registry, forShards::count);
        Metric.SHARD_WAIT_AGE.gauge(registry, () -> forShards.oldest().toMillis() / MILLIS);
        Metric.SWAP_AGE.gauge(registry, () -> swapAge(modelLog, time.now()));
        metrics.beforeScrape(new VerifierGauges(registry, versions)::refresh);
    }

    private static double swapAge(ModelLog modelLog, Instant now) {
        return modelLog.timeline()
                .at(ModelSlot.SERVING, now)
                .map(activated -> Duration.between(activated.effectiveAt(), now).toMillis() / MILLIS)
                .orElse(Double.NaN);
    }

    private synchronized void refresh() {
        // A version may be held twice, as the verifier's own and as a published one; the first is shown.
        Map<ModelId, VersionStatus> shown = versions.status().stream()
                .limit(ProbeMetrics.MAX_VERSIONS)
                .collect(Collectors.toMap(VersionStatus::id, each -> each, (first, second) -> first));
        List<Row<?>> stateRows = new ArrayList<>();
        List<Row<?>> galleryRows = new ArrayList<>();
        List<Row<?>> unusableRows = new ArrayList<>();
        for (VersionStatus each : shown.values()) {
            String name = each.id().name();
            String version = each.id().version();
            galleryRows.add(Row.of(Metric.GALLERY.tags(name, version), each.gallerySize()));
            Map<String, Integer> reasons = new TreeMap<>(OF_PICTURES);
            reasons.putAll(each.unusable().byReason());
            reasons.forEach((reason, count) -> unusableRows.add(
                    Row.of(Metric.UNUSABLE.tags(name, version, reason.toLowerCase(Locale.ROOT)), count)));
            for (VersionState state : VersionState.values()) {
                String word = state.name().toLowerCase(Locale.ROOT);
                stateRows.add(Row.of(Metric.VERSION_STATE.tags(name, version, word), each.state() == state ? 1 : 0));
            }
        }
        states.register(stateRows, true);
        galleries.register(galleryRows, true);
        unusable.register(unusableRows, true);
    }
}
