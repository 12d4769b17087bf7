package io.twinstream.deploy.acceptance.galleries;

import io.twinstream.deploy.acceptance.rig.ProcessMemory;
import io.twinstream.deploy.acceptance.rig.ReadyReports;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.deploy.bench.Pipeline;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tries a gallery in some shards, a verifier process each, with as many threads in all as one verifier has: probes at full
 * load, at a steady rate, and with the last process killed and started again while they are judged.
 */
final class ShardTrial {
    /** Gives what goes through the topics, which is the same for each trial that is to be compared. */
    interface Traffic {
        /** Enrols all references, and returns how many. */
        int enrol(Rig rig, Topics topics);

        /** Sends the probe of this number, under the id of {@link #id}. */
        void send(Rig rig, Topics topics, int number);

        static String id(int number) {
            return "probe-" + number;
        }
    }

    /**
     * Holds what came of a trial.
     *
     * @param ready time from the start of the processes until all were ready
     * @param cpuMillis processor time of all verifiers for a probe at full load
     * @param residentMb resident memory after the steady part, by verifier
     * @param duplicates verdicts beyond the first of a probe
     */
    record Outcome(
            Duration ready,
            double probesPerSecond,
            double cpuMillis,
            double p50Ms,
            double p99Ms,
            List<Long> residentMb,
            Map<String, Verdict> verdicts,
            int duplicates) {
        @Override
        public String toString() {
            return "ready after %.1f s, %.0f probes/s, %.2f ms of processors a probe, p50 %.0f ms, p99 %.0f ms, %s MB"
                    .formatted(ready.toMillis() / 1e3, probesPerSecond, cpuMillis, p50Ms, p99Ms, residentMb);
        }
    }

    private static final ModelId SHIPPED = new ModelId("compact", "1.2");
    private static final int THREADS = 2;
    private static final Duration LIMIT = Duration.ofMinutes(20);

    private final Rig rig;
    private final Path embeddings;
    private final Traffic traffic;
    private final int warmUp;
    private final int probes;

    /**
     * Prepares trials on a broker.
     *
     * @param embeddings folder where verifiers keep theirs, so that one that is killed has them again
     * @param probes number of probes at full load, and around the kill; a third of it at the steady rate
     */
    ShardTrial(Rig rig, Path embeddings, Traffic traffic, int warmUp, int probes) {
        this.rig = rig;
        this.embeddings = embeddings;
        this.traffic = traffic;
        this.warmUp = warmUp;
        this.probes = probes;
    }

    /** Returns the number of probes of a trial in all. */
    int probes() {
        return warmUp + 2 * probes + probes / 3;
    }

    /**
     * Runs one trial.
     *
     * @param rate probes a second of the steady part; null for a fifth of what full load gave
     */
    Outcome run(int shards, @Nullable Double rate) throws Exception {
        String prefix = "shards-" + shards;
        Settings settings = rig.settings(prefix, VerifierSettings.GALLERY_SHARDS, Integer.toString(shards));
        Topics topics = rig.createTopics(settings);
        try (Verifiers verifiers = new Verifiers(rig, prefix);
                TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics);
                ReadyReports reports = new ReadyReports(rig.bootstrapServers(), topics)) {
            int references = traffic.enrol(rig, topics);
            long begun = System.nanoTime();
            List<Process> processes = new ArrayList<>();
            for (int shard = 0; shard < shards; shard++) {
                processes.add(start(verifiers, shards, shard));
            }
            int held = reports.await(SHIPPED, shards, LIMIT).stream()
                    .mapToInt(ReadyReports.Ready::gallerySize)
                    .sum();
            Duration ready = Duration.ofNanos(System.nanoTime() - begun);
            if (held != references) {
                throw new IllegalStateException("%d references enrolled, %d held".formatted(references, held));
            }
            burst(topics, answers, 0, warmUp);
            Duration before = processorTime(processes);
            double perSecond = burst(topics, answers, warmUp, probes);
            double cpuMillis = processorTime(processes).minus(before).toNanos() / 1e6 / probes;
            double[] millis = steady(topics, answers, warmUp + probes, rate == null ? perSecond / 5 : rate);
            List<Long> resident = new ArrayList<>();
            for (Process process : processes) {
                resident.add(Math.round(ProcessMemory.megabytes(process)));
            }
            kill(topics, answers, verifiers, processes.get(shards - 1), shards);
            Outcome outcome = new Outcome(
                    ready,
                    perSecond,
                    cpuMillis,
                    Pipeline.quantile(millis, 0.5),
                    Pipeline.quantile(millis, 0.99),
                    resident,
                    answers.verdicts(),
                    answers.duplicates());
            System.err.printf("%d shards: %s%n", shards, outcome);
            return outcome;
        }
    }

    private Process start(Verifiers verifiers, int shards, int shard) throws IOException {
        return verifiers.start(
                VerifierSettings.GALLERY_SHARDS + "=" + shards,
                VerifierSettings.GALLERY_SHARD + "=" + shard,
                // What shards take by themselves; one verifier would choose.
                VerifierSettings.PRECISION + "=fp32",
                VerifierSettings.EMBEDDINGS_DIR + "=" + embeddings.resolve(shard + "-of-" + shards),
                VerifierSettings.THREADS + "=" + Math.max(1, THREADS / shards));
    }

    /** Sends all at once, and returns verdicts a second. */
    private double burst(Topics topics, TopicAnswers answers, int first, int count) {
        long start = System.nanoTime();
        send(topics, first, count);
        answers.await(first + count, LIMIT);
        return count / ((System.nanoTime() - start) / 1e9);
    }

    /** Returns the milliseconds from each append to the verdict's reading, ascending. */
    private double[] steady(Topics topics, TopicAnswers answers, int first, double perSecond) {
        long start = System.nanoTime();
        int count = probes / 3;
        for (int i = 0; i < count; i++) {
            long due = start + (long) (i / perSecond * 1e9);
            while (System.nanoTime() < due) {
                answers.pollNow();
                LockSupport.parkNanos(Math.min(TimeUnit.MILLISECONDS.toNanos(1), due - System.nanoTime()));
            }
            traffic.send(rig, topics, first + i);
        }
        rig.flush();
        answers.await(first + count, LIMIT);
        return IntStream.range(first, first + count)
                .mapToObj(number -> answers.latencies().get(Traffic.id(number)))
                .mapToDouble(latency -> latency == null ? Double.POSITIVE_INFINITY : latency.toNanos() / 1e6)
                .sorted()
                .toArray();
    }

    private void kill(Topics topics, TopicAnswers answers, Verifiers verifiers, Process victim, int shards)
            throws Exception {
        int first = warmUp + probes + probes / 3;
        send(topics, first, probes);
        answers.await(first + probes / 10, LIMIT);
        victim.destroyForcibly().waitFor();
        System.err.printf("killed with %d of %d answers%n", answers.count(), first + probes);
        start(verifiers, shards, shards - 1);
        answers.await(first + probes, LIMIT).linger(Duration.ofSeconds(5));
    }

    private void send(Topics topics, int first, int count) {
        for (int i = 0; i < count; i++) {
            traffic.send(rig, topics, first + i);
        }
        rig.flush();
    }

    private static Duration processorTime(List<Process> processes) {
        return processes.stream()
                .map(each -> each.info().totalCpuDuration().orElseThrow())
                .reduce(Duration.ZERO, Duration::plus);
    }
}
