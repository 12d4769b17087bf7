package io.twinstream.verifier.replay;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.release.ModelLog;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.settings.VersionSettings;
import io.twinstream.verifier.version.BrokerTime;
import io.twinstream.verifier.version.HeldVersions;
import io.twinstream.verifier.version.HeldVersions.VersionPolicy;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Replay versions are the versions of one precision, with galleries of their own, and the look-ahead that one thread
 * embeds with.
 *
 * @param precision the precision; null for that of the settings
 */
record ReplayVersions(
        @Nullable Precision precision, HeldVersions versions, ModelChoice choice, LookAheads.OfThread lookAhead)
        implements AutoCloseable {

    /**
     * Opens the versions and follows no topic yet.
     *
     * @param model the model that judges all probes; null for those that the activations name
     */
    static ReplayVersions open(
            KafkaClients clients,
            Topics topics,
            VersionSettings settings,
            ServiceThreads threads,
            ModelLog modelLog,
            @Nullable Precision precision,
            @Nullable ModelId model)
            throws IOException {
        HeldVersions versions = new HeldVersions(
                settings,
                clients,
                topics,
                threads,
                modelLog,
                new BrokerTime(Clock.systemUTC()),
                VersionPolicy.replaying(precision));
        LookAheads lookAheads = new LookAheads(
                topics.probes(), settings.images(), settings.inference().batchMax());
        return new ReplayVersions(
                precision, versions, model == null ? versions : always(versions, model), lookAheads.ofThisThread());
    }

    /** Begins to follow the topics. */
    void start() {
        versions.start();
    }

    @Override
    public void close() {
        versions.close();
    }

    private static ModelChoice always(HeldVersions versions, ModelId model) {
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
