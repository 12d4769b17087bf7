package io.twinstream.verifier.replay;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.settings.Profile;
import io.twinstream.verifier.stream.Judge;
import io.twinstream.verifier.version.ModelChoice;
import io.twinstream.verifier.version.ModelLease;
import io.twinstream.verifier.version.ModelLog;
import io.twinstream.verifier.version.VersionPolicy;
import io.twinstream.verifier.version.VersionUnavailableException;
import io.twinstream.verifier.version.Versions;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Judges stored probes again: reads the verdicts on record, then the probes, judges each by the version that its append
 * time names or by one given, with the galleries of today, and hands both to a tally. Writes nothing.
 */
public final class Replay {
    private final Settings settings;
    private final ReplayRange range;

    /** @param settings the verifiers': model, error rates and execution provider decide on the verdicts too */
    public Replay(Settings settings, ReplayRange range) {
        this.settings = settings;
        this.range = range;
    }

    /**
     * Runs it on the calling thread.
     *
     * @param model that judges all probes; null for those that the activations name
     * @throws IOException if the verifiers' own model can't be opened
     * @throws IllegalArgumentException if no probe of the range is on the topic
     * @throws VersionUnavailableException if a version is refused here or isn't published
     * @throws KafkaException if a topic can't be read
     */
    public Coverage run(@Nullable ModelId model, Tally tally, ReplayProgress progress) throws IOException {
        Topics topics = CommonSettings.topics(settings);
        try (TopicSpan probes = TopicSpan.open(settings, topics.probes(), range.from(), range.to())) {
            requireProbes(probes.length());
            RecordedVerdicts verdicts = RecordedVerdicts.read(settings, range);
            try (ModelLog modelLog = new ModelLog(settings);
                    Versions versions =
                            new Versions(settings, modelLog, Clock.systemUTC(), VersionPolicy.replaying())) {
                modelLog.start();
                versions.start();
                LookAheads lookAheads = new LookAheads(
                        topics.probes(), CommonSettings.imageLimits(settings), Profile.batchMax(settings));
                ProbeReplay replay = new ProbeReplay(
                        model == null ? versions : always(versions, model),
                        lookAheads.ofThisThread().serving(),
                        new Judge(Clock.systemUTC()),
                        verdicts,
                        tally);
                while (!probes.done()) {
                    replay.judge(probes.poll());
                    progress.onProgress(replay.judged(), probes.length());
                }
                requireProbes(replay.judged());
                return replay.coverage();
            }
        }
    }

    private void requireProbes(long probes) {
        if (probes == 0) {
            throw new IllegalArgumentException(
                    "no probe that was appended from %s to %s is on the topic".formatted(range.from(), range.to()));
        }
    }

    private static ModelChoice always(Versions versions, ModelId model) {
        return new ModelChoice() {
            @Override
            public ModelLease serving(Instant appendedAt) {
                return versions.of(model);
            }

            @Override
            public Optional<ModelLease> shadow(Instant appendedAt) {
                return Optional.empty();
            }
        };
    }
}
