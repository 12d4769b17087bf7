package io.twinstream.verifier.replay;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.release.ModelLog;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.model.ModelChoice.VersionUnavailableException;
import io.twinstream.verifier.settings.VersionSettings;
import io.twinstream.verifier.stream.Judge;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A replay judges stored probes again. It reads the verdicts on record and then the probes, judges each by the version
 * of its append time or by a given one, with the galleries of today, and hands both to a tally. It writes nothing.
 */
public final class Replay {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final KafkaClients clients;
    private final Topics topics;
    private final VersionSettings settings;
    private final ReplayRange range;

    /**
     * Creates a replay that judges nothing yet.
     *
     * @param settings the verifiers' settings: model, error rates, provider and precision decide on the verdicts too.
     *     With the precision {@code auto} each probe is judged at that of its verdict on record
     */
    public Replay(KafkaClients clients, Topics topics, VersionSettings settings, ReplayRange range) {
        this.clients = clients;
        this.topics = topics;
        this.settings = settings;
        this.range = range;
    }

    /**
     * Runs the replay on the calling thread.
     *
     * @param model the model that judges all probes; null for those that the activations name
     * @throws IOException if the verifiers' own model can't be opened
     * @throws IllegalArgumentException if no probe of the range is on the topic
     * @throws VersionUnavailableException if a version is refused here or isn't published
     * @throws KafkaException if a topic can't be read
     */
    public Coverage run(@Nullable ModelId model, ReplayTally tally, ReplayListener progress) throws IOException {
        try (TopicReader<byte[]> reader = reader(clients, topics.probes())) {
            TopicReader<byte[]>.Reading probes = reader.begin(reader.between(range.from(), range.to()));
            requireProbes(probes.length());
            RecordedVerdicts verdicts = RecordedVerdicts.read(clients, topics.verdicts(), range);
            ServiceThreads threads = new ServiceThreads();
            try (ModelLog modelLog = ModelLog.of(clients, topics, threads)) {
                modelLog.start();
                List<ReplayVersions> versions = new ArrayList<>();
                try {
                    for (Precision precision : precisions(verdicts)) {
                        versions.add(
                                ReplayVersions.open(clients, topics, settings, threads, modelLog, precision, model));
                    }
                    versions.forEach(ReplayVersions::start);
                    return run(
                            probes, new ProbeReplay(versions, new Judge(Clock.systemUTC()), verdicts, tally), progress);
                } finally {
                    versions.forEach(ReplayVersions::close);
                }
            }
        }
    }

    /** Opens a reader that waits for up to a minute, since verifiers' own transactions last no longer. */
    static TopicReader<byte[]> reader(KafkaClients clients, String topic) {
        return TopicReader.of(
                clients,
                "twinstream-replay",
                topic,
                PATIENCE,
                new ByteArrayDeserializer(),
                clients.values().deserializer(),
                Map.of());
    }

    private Coverage run(TopicReader<byte[]>.Reading probes, ProbeReplay replay, ReplayListener progress) {
        while (!probes.done()) {
            replay.judge(probes.poll());
            progress.onProgress(replay.judged(), probes.length());
        }
        requireProbes(replay.judged());
        return replay.coverage();
    }

    /** Returns the precisions to judge at: those on record, or a single null for the one that the settings name. */
    private List<@Nullable Precision> precisions(RecordedVerdicts verdicts) {
        boolean asRecorded = settings.inference().precision().isEmpty()
                && !verdicts.precisions().isEmpty();
        return asRecorded ? new ArrayList<>(verdicts.precisions()) : Collections.singletonList(null);
    }

    private void requireProbes(long probes) {
        if (probes == 0) {
            throw new IllegalArgumentException(
                    "no probe that was appended from %s to %s is on the topic".formatted(range.from(), range.to()));
        }
    }

    /** A progress listener hears how far a replay is, on the replay's thread. */
    public interface ReplayListener {
        /**
         * This method is called after each batch of records.
         *
         * @param judged how many probes were judged so far
         * @param most how many probes there can be at the end
         */
        void onProgress(long judged, long most);
    }

    /**
     * The coverage says which probes and verdicts a replay has found.
     *
     * @param probes the number of probes on the topic in the range
     * @param compared how many probes have a verdict on record
     * @param withoutVerdict how many probes can be judged and have no verdict: it isn't judged yet, or the verdict is
     *     gone
     * @param rejectedAgain how many probes have no verdict and are rejected, as dead letters are
     * @param duplicateVerdicts how many verdicts on record are beyond the first of a probe
     * @param verdictsWithoutProbe how many verdicts on record have a probe that is gone
     */
    public record Coverage(
            long probes,
            long compared,
            long withoutVerdict,
            long rejectedAgain,
            long duplicateVerdicts,
            long verdictsWithoutProbe) {}
}
