package io.twinstream.verifier.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.lookahead.AppendTime;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.settings.Profile;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.VerifierSettings;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class StreamsPropertiesTest {
    private static final String INTERCEPTORS = StreamsConfig.mainConsumerPrefix("interceptor.classes");

    private final LookAheads lookAheads = new LookAheads("probes", ImageLimits.DEFAULT, 2);

    @Test
    void kafkaAcceptsThem() {
        StreamsConfig config = new StreamsConfig(of(Map.of()));

        assertEquals("exactly_once_v2", config.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
        assertEquals("twinstream-verifier", config.getString(StreamsConfig.APPLICATION_ID_CONFIG));
    }

    @Test
    void noTopologyEndsAtARecordWithoutATime() {
        Properties properties = of(Map.of("kafka.default.timestamp.extractor", "none.of.ours"));

        assertInstanceOf(AppendTime.class, new StreamsConfig(properties).defaultTimestampExtractor());
    }

    @Test
    void aTransactionOutlastsTheWaitForAVersion() {
        assertEquals(20_000, of(Map.of()).get(StreamsConfig.producerPrefix("transaction.timeout.ms")));
        assertEquals(
                70_000,
                of(Map.of("verifier.version.wait.ms", "60000"))
                        .get(StreamsConfig.producerPrefix("transaction.timeout.ms")));
    }

    @Test
    void aProfileSaysHowOftenIsCommittedAndAnOwnSettingReplacesIt() {
        assertEquals(250, of(Map.of()).get(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG));
        assertEquals(
                Profile.LATENCY.commitMs(),
                of(Map.of("verifier.profile", "latency")).get(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG));
        assertEquals(
                "77",
                of(Map.of("verifier.profile", "latency", "kafka.commit.interval.ms", "77"))
                        .get(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG));
    }

    @Test
    void everyPollIsShownToTheLookAheadUnlessItIsOff() {
        assertEquals(LookAheads.PollInterceptor.class.getName(), of(Map.of()).get(INTERCEPTORS));
        assertEquals(lookAheads, of(Map.of()).get(StreamsConfig.mainConsumerPrefix(LookAheads.CONFIG)));
        assertFalse(of(Map.of("verifier.lookahead", "false")).containsKey(INTERCEPTORS));
    }

    @Test
    void whatIsGivenUnderKafkaReplacesTheDefaultsButNotTheVerifiersOwnSettings() {
        Properties properties = of(Map.of(
                "kafka.security.protocol", "SSL",
                "kafka.producer.linger.ms", "50",
                "kafka.application.id", "other",
                "verifier.group", "mine"));

        assertEquals("SSL", properties.get("security.protocol"));
        assertEquals("50", properties.get("producer.linger.ms"));
        assertEquals("mine", properties.get(StreamsConfig.APPLICATION_ID_CONFIG));
    }

    @Test
    void theLargestResultFitsTheProducer() {
        String largest = StreamsConfig.producerPrefix("max.request.size");
        int twoImages = 2 * (32 << 20) + Topics.BESIDE_IMAGES_BYTES + Topics.RESULT_BYTES;

        assertEquals(
                Topics.MAX_RESULT_BYTES, of(Map.of("image.max.bytes", "100000")).get(largest));
        Properties raised = of(Map.of("image.max.bytes", Integer.toString(32 << 20)));
        assertEquals(twoImages, raised.get(largest));
        assertEquals(twoImages, raised.get(StreamsConfig.producerPrefix("buffer.memory")));
    }

    @Test
    void theStreamsProtocolLeavesTheGroupsTimeoutsToTheBroker() {
        String timeout = StreamsConfig.mainConsumerPrefix("session.timeout.ms");

        assertTrue(of(Map.of()).containsKey(timeout));
        assertFalse(of(Map.of("verifier.group.protocol", "streams")).containsKey(timeout));
        assertEquals("STREAMS", of(Map.of("verifier.group.protocol", "streams")).get("group.protocol"));
    }

    private Properties of(Map<String, String> values) {
        ConfigDef declared = VerifierSettings.define(ModelSettings.define(CommonSettings.define(new ConfigDef())));
        VerifierSettings settings = Settings.read(declared, VerifierSettings::of, values);
        return StreamsProperties.of(KafkaClients.of(settings.common()), settings.streams(), Shard.WHOLE, lookAheads);
    }
}
