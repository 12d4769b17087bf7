package io.twinstream.verifier;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.registry.RecordValues;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.merge.MergeTopology;
import io.twinstream.verifier.merge.WaitingProbes;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.StreamSettings;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.stream.CloudEvents;
import io.twinstream.verifier.stream.Judge;
import io.twinstream.verifier.stream.JudgeTopology;
import io.twinstream.verifier.stream.ProbeResults;
import io.twinstream.verifier.stream.RunningTopology;
import io.twinstream.verifier.stream.StreamsProperties;
import io.twinstream.verifier.stream.UnprocessedRecords;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The judging topologies turn probes into verdicts: the one that judges and, where the gallery has shards, the one that
 * merges the shards' partial verdicts.
 */
final class JudgingTopologies implements AutoCloseable {
    private final Shard shard;
    private final WaitingProbes waiting;
    private final ProbeResults results;
    private final RunningTopology judges;
    /** Holds the judging topology first and then, where there are shards, the merging one. */
    private final List<RunningTopology> all = new ArrayList<>();

    JudgingTopologies(
            KafkaClients clients,
            Topics topics,
            StreamSettings settings,
            Shard shard,
            ServiceThreads threads,
            ModelChoice versions,
            LookAheads lookAheads,
            Standstills standstills,
            ProbeMetrics metrics,
            Clock clock) {
        this.shard = shard;
        this.waiting = new WaitingProbes(clock);
        this.results = new ProbeResults(metrics, CloudEvents.of(settings, topics));
        RecordValues values = clients.values();
        judges = new RunningTopology(
                "judging probes",
                threads,
                JudgeTopology.build(
                        topics, values, versions, lookAheads, standstills, new Judge(clock), results, shard),
                StreamsProperties.of(clients, settings, shard, lookAheads));
        all.add(judges);
        if (!shard.isWhole()) {
            all.add(new RunningTopology(
                    "merging verdicts",
                    threads,
                    MergeTopology.build(topics, values, results, waiting, clock),
                    StreamsProperties.verdicts(clients, settings, MergeTopology.application(settings.group()), 1)));
        }
    }

    void start() {
        all.forEach(RunningTopology::start);
    }

    void measure(ServiceMetrics metrics) {
        all.forEach(each -> each.measure(metrics));
    }

    boolean running() {
        return all.stream().allMatch(RunningTopology::running);
    }

    boolean alive() {
        return all.stream().allMatch(RunningTopology::alive);
    }

    /** Returns a watch of unprocessed records for each topology. */
    List<UnprocessedRecords> unprocessed(KafkaClients clients, Duration quiet) {
        return all.stream().map(each -> each.unprocessed(clients, quiet)).toList();
    }

    /** Returns the longest time, in seconds, that any stream thread has not polled. */
    double sincePollSeconds() {
        return all.stream().mapToDouble(RunningTopology::sincePollSeconds).max().orElse(0);
    }

    /** Returns how many probes this verifier has not fetched yet, see {@link RunningTopology#lag}. */
    long lag() {
        return judges.lag();
    }

    WaitingProbes waiting() {
        return waiting;
    }

    /** Returns the fields of {@code /status} about judging. */
    Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("state", judges.state().name());
        status.put("shadow", results.shadowCounts());
        if (!shard.isWhole()) {
            status.put("shard", shard.toString());
            status.put("merging", all.get(1).state().name());
            status.put("waitingForShards", waiting.count());
            status.put("oldestWaitingForShardsMs", waiting.oldest().toMillis());
        }
        return status;
    }

    /**
     * Returns a future that completes when one of the topologies has stopped, with the error that stopped it, or an
     * empty text after {@link #close}.
     */
    CompletableFuture<String> ended() {
        return CompletableFuture.anyOf(all.stream().map(RunningTopology::ended).toArray(CompletableFuture[]::new))
                .thenApply(String.class::cast);
    }

    @Override
    public void close() {
        all.forEach(RunningTopology::close);
    }
}
