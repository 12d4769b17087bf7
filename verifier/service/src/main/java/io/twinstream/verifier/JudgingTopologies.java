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
 * The way from probes to verdicts: the topology that judges and, where the gallery has shards, the one that merges what they
 * found.
 */
final class JudgingTopologies implements AutoCloseable {
    private final Shard shard;
    private final WaitingProbes waiting;
    private final ProbeResults results;
    private final RunningTopology judges;
    /** The one that judges first. */
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
        this.results = new ProbeResults(metrics);
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

    /** Records that lie unprocessed, to be looked for; of each topology. */
    List<UnprocessedRecords> unprocessed(KafkaClients clients, Duration quiet) {
        return all.stream().map(each -> each.unprocessed(clients, quiet)).toList();
    }

    /** Seconds since the last poll of the stream thread that has polled least lately. */
    double sincePollSeconds() {
        return all.stream().mapToDouble(RunningTopology::sincePollSeconds).max().orElse(0);
    }

    /** Probes that are still to be judged here. */
    long lag() {
        return judges.lag();
    }

    WaitingProbes waiting() {
        return waiting;
    }

    /** What {@code /status} shows of it. */
    Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("state", judges.state().name());
        status.put("shadow", results.shadowCounts());
        if (!shard.isWhole()) {
            status.put("shard", "%d of %d".formatted(shard.index(), shard.of()));
            status.put("merging", all.get(1).state().name());
            status.put("waitingForShards", waiting.count());
            status.put("oldestWaitingForShardsMs", waiting.oldest().toMillis());
        }
        return status;
    }

    /** Done when one of them has stopped: with the error that stopped it, or an empty text after {@link #close}. */
    CompletableFuture<String> ended() {
        return CompletableFuture.anyOf(all.stream().map(RunningTopology::ended).toArray(CompletableFuture[]::new))
                .thenApply(String.class::cast);
    }

    @Override
    public void close() {
        all.forEach(RunningTopology::close);
    }
}
