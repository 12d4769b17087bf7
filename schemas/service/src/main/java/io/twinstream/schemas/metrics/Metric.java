package io.twinstream.schemas.metrics;

import static io.twinstream.schemas.metrics.Metric.MetricType.COUNTER;
import static io.twinstream.schemas.metrics.Metric.MetricType.GAUGE;
import static io.twinstream.schemas.metrics.Metric.MetricType.HISTOGRAM;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Declares every metric of Twinstream's own. Meters are made from here and from nowhere else. */
// Lists are copies, and buckets are never given out.
@SuppressWarnings("ImmutableEnumChecker")
public enum Metric {
    RESIDENT(
            "process_resident_memory_bytes",
            GAUGE,
            "every service",
            List.of(),
            "Memory of the process that is in RAM, the native part included; only where /proc/self/status is."),
    CPU(
            "process_cpu_seconds_total",
            COUNTER,
            "every service",
            List.of(),
            "Processor time of the process, summed over its threads."),
    THREAD_FAILURES(
            "twinstream_thread_failures_total",
            COUNTER,
            "every service",
            List.of("thread"),
            "Errors and exceptions that nothing expected, by the kind of thread that they ended, or that survived them."),
    VERDICTS(
            "twinstream_verdicts_total",
            COUNTER,
            "verifier",
            List.of("outcome", "reason", "task", "source", "model", "version"),
            "Verdicts forwarded."),
    OUT_OF_DOMAIN(
            "twinstream_out_of_domain_verdicts_total",
            COUNTER,
            "verifier",
            List.of("source", "model", "version"),
            "Verdicts on probes with a picture of another kind than the model was trained for, undecided or marked."),
    DEAD_LETTERS(
            "twinstream_dead_letters_total", COUNTER, "verifier", List.of("reason"), "Probes that can't be judged."),
    PROBES_LOST(
            "twinstream_lost_probes_total",
            COUNTER,
            "verifier",
            List.of(),
            "Offsets of probes that retention took before a verifier came to them, ends of transactions included; each verifier counts those of its whole group."),
    DECODE(
            "twinstream_decode_seconds",
            HISTOGRAM,
            "verifier",
            List.of(),
            "Reading a probe, its one or two images decoded and scaled.",
            Bounds.MICROSECONDS),
    EMBED("twinstream_embed_seconds", HISTOGRAM, "verifier", List.of(), "Embedding a batch.", Bounds.MILLISECONDS),
    MATCH(
            "twinstream_match_seconds",
            HISTOGRAM,
            "verifier",
            List.of(),
            "Judging an embedded probe, the search of the gallery included.",
            Bounds.MICROSECONDS),
    LATENCY(
            "twinstream_verdict_latency_seconds",
            HISTOGRAM,
            "verifier",
            List.of(),
            "From the broker's append of a probe to its decision, by the two machines' clocks.",
            Bounds.SECONDS),
    BATCH("twinstream_batch_images", HISTOGRAM, "verifier", List.of(), "Images in a batch.", Bounds.IMAGES),
    HITS(
            "twinstream_lookahead_hits_total",
            COUNTER,
            "verifier",
            List.of(),
            "Probes that an earlier probe's batch had prepared."),
    MISSES(
            "twinstream_lookahead_misses_total",
            COUNTER,
            "verifier",
            List.of(),
            "Probes that began a batch of their own."),
    WAITING(
            "twinstream_waiting_probes",
            GAUGE,
            "verifier",
            List.of(),
            "Probes at the head of their threads that wait for their model version now."),
    WAITED(
            "twinstream_version_wait_seconds_total",
            COUNTER,
            "verifier",
            List.of(),
            "Time that probes have waited for their model version, summed over the threads; a wait counts once it is over."),
    SHARD_WAITING(
            "twinstream_shard_waiting_probes",
            GAUGE,
            "verifier",
            List.of(),
            "Probes that some shard has judged and another hasn't, of those that this verifier merges; 0 without shards."),
    SHARD_WAIT_AGE(
            "twinstream_shard_wait_seconds",
            GAUGE,
            "verifier",
            List.of(),
            "Time since the append of the oldest probe that some shard has judged and another hasn't; 0 if there is none."),
    STANDSTILL(
            "twinstream_standstill_seconds",
            GAUGE,
            "verifier",
            List.of("of"),
            "How long something that should make progress has stood still; 0 while it moves. These are threads on a probe or a reference, decoders on a picture, unjudged probes, followers of topics, versions that aren't ready, and windows whose counting has ended. For polls it is the time since the last one."),
    VERSION_STATE(
            "twinstream_model_version_state",
            GAUGE,
            "verifier",
            List.of("model", "version", "state"),
            "1 for the state that a held version is in, else 0."),
    GALLERY(
            "twinstream_gallery_references",
            GAUGE,
            "verifier",
            List.of("model", "version"),
            "References in a held version's gallery."),
    UNUSABLE(
            "twinstream_unusable_references",
            GAUGE,
            "verifier",
            List.of("model", "version", "reason"),
            "References that a held version can't use, by reason; where there are shards, those of its own shard."),
    TOPIC_HELD(
            "twinstream_topic_held_seconds",
            GAUGE,
            "every service",
            List.of("topic"),
            "Longest time for which an open transaction has kept the service's readers from the end of one of a topic's partitions; 0 up to topics.held.after.ms."),
    SWAP_AGE(
            "twinstream_swap_age_seconds",
            GAUGE,
            "verifier",
            List.of(),
            "Time since the activation that holds took effect; NaN before the first."),
    SHADOW(
            "twinstream_shadow_opinions_total",
            COUNTER,
            "verifier",
            List.of("model", "version", "agreed"),
            "Probes that the shadow version scored, by whether it said what the verdict says, the best subject of a match included."),
    ALARMS_RAISED(
            "twinstream_alarms_raised",
            GAUGE,
            "verifier",
            List.of("kind"),
            "Alarms that are raised now for the series that this verifier watches; all verifiers together count each once."),
    INGEST_RECORDS(
            "twinstream_ingest_records_total",
            COUNTER,
            "ingest",
            List.of("result", "reason"),
            "Records with images, one or two each, that were accepted, refused for an image, or failed at the broker."),
    INGEST_BYTES("twinstream_ingest_bytes_total", COUNTER, "ingest", List.of(), "Bytes of the accepted records."),
    INGEST_PENDING(
            "twinstream_ingest_pending_bytes",
            GAUGE,
            "ingest",
            List.of(),
            "Bytes that wait for the broker's acknowledgement."),
    INGEST_SHRUNK(
            "twinstream_ingest_shrunk_images_total",
            COUNTER,
            "ingest",
            List.of(),
            "Pictures that were made smaller, since a record of their topic wouldn't have taken them as they were."),
    INGEST_WAITING(
            "twinstream_ingest_waiting_callers",
            GAUGE,
            "ingest",
            List.of(),
            "Requests that wait for a verdict now; at most ingest.waiting.max."),
    INGEST_WAITS(
            "twinstream_ingest_waits_total",
            COUNTER,
            "ingest",
            List.of("result"),
            "Requests that asked what becomes of a probe, by their answer: judged, rejected for a dead letter, or outstanding where neither had come."),
    INGEST_ANSWER(
            "twinstream_ingest_answer_seconds",
            HISTOGRAM,
            "ingest",
            List.of(),
            "From a probe's request that waits, its picture read, until its verdict or dead letter is there.",
            Bounds.SECONDS),
    INGEST_FEEDBACK(
            "twinstream_ingest_feedback_verdicts_total",
            COUNTER,
            "ingest",
            List.of("result", "outcome"),
            "Verdicts that people said something of, by what that makes of the verdict and by its outcome: confirmed, corrected where it is known whom the probe shows, or wrong where it isn't. Each repetition counts."),
    INGEST_FOLDER_STOPPED(
            "twinstream_ingest_folder_stopped_seconds",
            GAUGE,
            "ingest",
            List.of(),
            "Time for which no file of the watched folder could be sent, since its journal can't be written or the folder can't be read; 0 while files can be sent."),
    TRAINING_RUNS(
            "twinstream_training_runs",
            GAUGE,
            "trainer",
            List.of("state"),
            "Runs on the topics, by state; queued is the length of the queue, and of the runs that have ended about the last 500 count. Every trainer of a group shows the same."),
    TRAINING_STEPS(
            "twinstream_training_steps",
            GAUGE,
            "trainer",
            List.of(),
            "Steps done of the run under way; NaN if there is none."),
    TRAINING_LOSS("twinstream_training_loss", GAUGE, "trainer", List.of(), "Mean loss of the run's latest steps."),
    TRAINING_ACCURACY(
            "twinstream_training_accuracy_ratio",
            GAUGE,
            "trainer",
            List.of(),
            "One-shot accuracy on the validation images, 0 to 1, as the run under way measured it last."),
    TRAINING_SPEED(
            "twinstream_training_images_per_second",
            GAUGE,
            "trainer",
            List.of(),
            "Images a second of the run under way.");

    private final String id;
    private final MetricType type;
    private final String service;
    private final List<String> labels;
    private final String meaning;
    private final double[] buckets;

    Metric(String id, MetricType type, String service, List<String> labels, String meaning, double... buckets) {
        this.id = id;
        this.type = type;
        this.service = service;
        this.labels = List.copyOf(labels);
        this.meaning = meaning;
        this.buckets = buckets;
    }

    /** Returns the metric's name in Prometheus. */
    public String id() {
        return id;
    }

    public MetricType type() {
        return type;
    }

    /** Returns the unit that it counts in: the name's last word, {@code total} aside. */
    public String unit() {
        String base = id.endsWith("_total") ? id.substring(0, id.length() - "_total".length()) : id;
        return base.substring(base.lastIndexOf('_') + 1);
    }

    /** Returns the services that have the metric. */
    public String service() {
        return service;
    }

    public List<String> labels() {
        return labels;
    }

    public String meaning() {
        return meaning;
    }

    /** Returns the counter with these values of the labels. */
    public Counter counter(MeterRegistry registry, String... values) {
        return Counter.builder(id).description(meaning).tags(tags(values)).register(registry);
    }

    /** Shows a count that an object keeps; the registry doesn't keep the object alive. */
    public <T> void counter(MeterRegistry registry, T object, ToDoubleFunction<T> count, String... values) {
        FunctionCounter.builder(id, object, count)
                .description(meaning)
                .tags(tags(values))
                .register(registry);
    }

    /** Shows a value under these values of the labels; it is asked for at each scrape. */
    public void gauge(MeterRegistry registry, Supplier<Number> value, String... values) {
        Gauge.builder(id, value).description(meaning).tags(tags(values)).register(registry);
    }

    /** Makes a gauge with several rows, which can be replaced. */
    public MultiGauge rows(MeterRegistry registry) {
        return MultiGauge.builder(id).description(meaning).register(registry);
    }

    public DistributionSummary histogram(MeterRegistry registry) {
        return DistributionSummary.builder(id)
                .description(meaning)
                .serviceLevelObjectives(buckets)
                .register(registry);
    }

    /** Returns the labels with their values, in the order in which they are declared. */
    public Tags tags(String... values) {
        if (values.length != labels.size()) {
            throw new IllegalArgumentException("%s has the labels %s, not %d".formatted(id, labels, values.length));
        }
        Tags tags = Tags.empty();
        for (int i = 0; i < values.length; i++) {
            tags = tags.and(labels.get(i), values[i]);
        }
        return tags;
    }

    /** Holds the upper bounds of the buckets of histograms, each in its metric's unit. */
    private static final class Bounds {
        static final double[] MICROSECONDS = {1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 5e-3, 2.5e-2, 0.1, 1};
        static final double[] MILLISECONDS = {1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5};
        static final double[] SECONDS = {5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
        static final double[] IMAGES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 1024, 4096};

        private Bounds() {}
    }

    /** Says what kind of series a metric gives, in Prometheus' words. */
    public enum MetricType {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }
}
