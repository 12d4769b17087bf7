package io.twinstream.verifier.settings;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.KafkaKeys;
import io.twinstream.schemas.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stream settings say how a verifier's stream threads run.
 *
 * @param group the id that the ids of the verifier's applications begin with
 * @param groupProtocol the rebalance protocol, {@code classic} or {@code streams}
 * @param threads how many stream threads judge, at least one
 * @param lookAhead whether a probe is embedded together with those that are known to follow it
 * @param versionWait how long a probe waits inside a transaction for the version that has to judge it
 * @param guarantee the processing guarantee, as Kafka Streams names it
 * @param stateFolder the folder for files of Kafka Streams; empty for its default
 * @param cloudEvents whether headers describe verdicts and alarms as CloudEvents
 * @param largestRecord the largest size of a probe's record, in bytes
 */
public record StreamSettings(
        String group,
        String groupProtocol,
        int threads,
        Profile profile,
        boolean lookAhead,
        Duration versionWait,
        String guarantee,
        Optional<Path> stateFolder,
        boolean cloudEvents,
        int largestRecord) {
    private static final Logger log = LoggerFactory.getLogger(StreamSettings.class);
    /** Says that the log has the line on the old profile: a command may read its settings more than once. */
    private static final AtomicBoolean toldOfGone = new AtomicBoolean();

    /** Reads the settings. */
    public static StreamSettings of(Settings settings, CommonSettings common) {
        int threads = settings.getInt(VerifierSettings.THREADS);
        return new StreamSettings(
                settings.getString(VerifierSettings.GROUP),
                settings.getString(VerifierSettings.GROUP_PROTOCOL),
                threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
                profile(settings.getString(VerifierSettings.PROFILE)),
                settings.getBoolean(VerifierSettings.LOOK_AHEAD),
                settings.millis(VerifierSettings.VERSION_WAIT),
                settings.getString(VerifierSettings.GUARANTEE),
                settings.path(VerifierSettings.STATE_DIR),
                settings.getBoolean(VerifierSettings.CLOUD_EVENTS),
                common.largestRecord());
    }

    private static Profile profile(String word) {
        if (word.equals(Profile.GONE) && !toldOfGone.getAndSet(true)) {
            log.warn(
                    "{} is '{}', a profile that is gone: balanced is taken, which judges as many probes; leave the setting out",
                    VerifierSettings.PROFILE,
                    word);
        }
        return Profile.of(word);
    }

    /** Returns the keys of Kafka's clients and of Kafka Streams, those with a prefix that names one of its clients included. */
    public static KafkaKeys kafkaKeys() {
        ConfigDef consumer = ConsumerConfig.configDef();
        return KafkaKeys.ofClients()
                .with("", StreamsConfig.configDef())
                .with(StreamsConfig.CONSUMER_PREFIX, consumer)
                .with(StreamsConfig.MAIN_CONSUMER_PREFIX, consumer)
                .with(StreamsConfig.RESTORE_CONSUMER_PREFIX, consumer)
                .with(StreamsConfig.GLOBAL_CONSUMER_PREFIX, consumer)
                .with(StreamsConfig.PRODUCER_PREFIX, ProducerConfig.configDef())
                .with(StreamsConfig.ADMIN_CLIENT_PREFIX, AdminClientConfig.configDef())
                .withOpen(List.of(StreamsConfig.TOPIC_PREFIX, StreamsConfig.CLIENT_TAG_PREFIX));
    }
}
