package io.twinstream.deploy.cli.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.deploy.broker.BrokerOptions;
import io.twinstream.deploy.broker.EmbeddedBroker;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.SecureCluster;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ListenerCheckIT {
    @Test
    void aBrokerWithoutTlsAndSaslIsNamedAsSuch() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary())) {
            String at = broker.bootstrapServers();

            assertEquals(Optional.empty(), ListenerCheck.mistake(settings(at, "PLAINTEXT", "PLAIN")));
            assertEquals(
                    Optional.of(
                            "the broker at %s answers without TLS, and kafka.security.protocol is SSL: set PLAINTEXT, or name another of its ports"
                                    .formatted(at)),
                    ListenerCheck.mistake(settings(at, "SSL", "PLAIN")));
            assertEquals(
                    Optional.of(
                            "the broker at %s answers without SASL, and kafka.security.protocol is SASL_PLAINTEXT: set PLAINTEXT, or name another of its ports"
                                    .formatted(at)),
                    ListenerCheck.mistake(settings(at, "SASL_PLAINTEXT", "PLAIN")));
            Ran ran = Ran.run("topics", "list", "--bootstrap", at, "--set", "kafka.security.protocol=SSL");
            assertEquals(1, ran.exitCode());
            assertEquals(
                    "twinstream: the broker at %s answers without TLS, and kafka.security.protocol is SSL: set PLAINTEXT, or name another of its ports"
                            .formatted(at),
                    ran.err().strip());
        }
    }

    @Test
    void aBrokerWithTlsAndSaslIsNamedAsSuch() throws Exception {
        try (SecureCluster cluster = new SecureCluster()) {
            String at = CommonSettings.of(cluster.settings("u1", "a")).bootstrap();

            assertEquals(Optional.empty(), ListenerCheck.mistake(settings(at, "SASL_SSL", "PLAIN")));
            assertEquals(
                    Optional.of(
                            "the broker at %s answers with TLS alone, and kafka.security.protocol is PLAINTEXT: set SASL_SSL, or name another of its ports"
                                    .formatted(at)),
                    ListenerCheck.mistake(settings(at, "PLAINTEXT", "PLAIN")));
            assertEquals(
                    Optional.of(
                            "the broker at %s answers with SASL alone (PLAIN), and kafka.security.protocol is SSL: set SASL_SSL, or name another of its ports"
                                    .formatted(at)),
                    ListenerCheck.mistake(settings(at, "SSL", "PLAIN")));
            assertEquals(
                    Optional.of(
                            "the broker at %s takes the SASL mechanisms PLAIN, and kafka.sasl.mechanism is SCRAM-SHA-512: set one of them"
                                    .formatted(at)),
                    ListenerCheck.mistake(settings(at, "SASL_SSL", "SCRAM-SHA-512")));
        }
    }

    @Test
    void whereNoBrokerAnswersNothingIsSaid() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(
                    Optional.empty(),
                    ListenerCheck.mistake(settings("127.0.0.1:" + silent.getLocalPort(), "SSL", "PLAIN")));
        }
    }

    private static CommonSettings settings(String bootstrap, String protocol, String mechanism) {
        return CommonSettings.of(Settings.parse(
                AllSettings.define(),
                Map.of(
                        CommonSettings.BOOTSTRAP,
                        bootstrap,
                        "kafka.security.protocol",
                        protocol,
                        "kafka.sasl.mechanism",
                        mechanism)));
    }
}
