package io.twinstream.deploy.acceptance.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.http.TlsTrust;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.io.Reader;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/** Holds what {@code make-secrets} has made for the composed cluster, and how to come in with it from this machine. */
record ComposedSecrets(Path folder) {
    static final String BROKERS = "localhost:19092,localhost:29092,localhost:39092";
    private static final Pattern RANDOM = Pattern.compile("[0-9a-f]{48}");

    /** Returns a value of a service's or a user's secrets. */
    String of(String name, String key) throws IOException {
        Properties secrets = new Properties();
        try (Reader in = Files.newBufferedReader(folder.resolve(name).resolve("secrets.properties"), UTF_8)) {
            secrets.load(in);
        }
        return secrets.getProperty(key);
    }

    /** Returns every password and token of services, users and the administrator. */
    Set<String> all() throws IOException {
        Set<String> all = new HashSet<>();
        for (String name : List.of("admin", "ingest", "verifier", "trainer", "operator", "setup")) {
            String text = Files.readString(folder.resolve(name).resolve("secrets.properties"));
            RANDOM.matcher(text).results().forEach(each -> all.add(each.group()));
        }
        return all;
    }

    /** Returns settings by which a Kafka client with this login sees the cluster. */
    Settings settings(String login) {
        return Settings.parse(
                AllSettings.define(),
                Map.of(
                        CommonSettings.BOOTSTRAP,
                        BROKERS,
                        "kafka.security.protocol",
                        "SASL_SSL",
                        "kafka.sasl.mechanism",
                        "PLAIN",
                        "kafka.sasl.jaas.config",
                        login,
                        "kafka.ssl.truststore.type",
                        "PEM",
                        "kafka.ssl.truststore.location",
                        authority().toString(),
                        VerifierSettings.TLS_TRUST,
                        authority().toString()));
    }

    /** Returns client properties for the Kafka user of a service, or for the administrator. */
    Map<String, Object> kafka(String user) throws IOException {
        return settings(of(user, "login")).kafka();
    }

    /** Returns the same user's properties with trust in those alone whom Java trusts. */
    Map<String, Object> distrustful(String user) throws IOException {
        Map<String, Object> config = new HashMap<>(kafka(user));
        config.remove("ssl.truststore.type");
        config.remove("ssl.truststore.location");
        return config;
    }

    HttpClient http() {
        return TlsTrust.client(VerifierSettings.TLS_TRUST, settings("none").path(VerifierSettings.TLS_TRUST))
                .build();
    }

    private Path authority() {
        return folder.resolve("ca.pem");
    }
}
