package io.twinstream.deploy.testkit;

import io.twinstream.deploy.broker.BrokerOptions;
import io.twinstream.deploy.broker.EmbeddedBroker;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.awaitility.Awaitility;

/**
 * Runs a broker that clients reach by SASL_SSL alone, with a certificate made for it, and that allows nobody anything without
 * an ACL. Its users are {@value #ADMIN}, who may do everything, and {@code u0}, {@code u1} and so on.
 */
public final class SecureCluster implements AutoCloseable {
    public static final String ADMIN = "admin";
    public static final int USERS = 100;

    private static final String PASSWORD = "correct horse";

    private final TemporaryFolder folder = TemporaryFolder.create("twinstream-secure-");
    private final EmbeddedBroker broker;

    public SecureCluster() throws IOException, InterruptedException {
        makeCertificate();
        broker = EmbeddedBroker.start(new BrokerOptions(
                folder.path().resolve("broker"),
                "127.0.0.1",
                0,
                0,
                Map.ofEntries(
                        Map.entry("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT"),
                        Map.entry("sasl.enabled.mechanisms", "PLAIN"),
                        Map.entry("sasl.mechanism.inter.broker.protocol", "PLAIN"),
                        Map.entry("listener.name.clients.plain.sasl.jaas.config", serverLogin()),
                        Map.entry("ssl.keystore.type", "PKCS12"),
                        Map.entry("ssl.keystore.location", keystore().toString()),
                        Map.entry("ssl.keystore.password", PASSWORD),
                        Map.entry("ssl.truststore.type", "PEM"),
                        Map.entry("ssl.truststore.location", certificate().toString()),
                        Map.entry("authorizer.class.name", DenialLog.class.getName()),
                        Map.entry("allow.everyone.if.no.acl.found", "false"),
                        // Who has no name comes by the controller's listener, on loopback.
                        Map.entry("super.users", "User:" + ADMIN + ";User:ANONYMOUS"))));
    }

    /**
     * Returns a user's settings, with topics of one partition under a prefix, and groups by its name; further keys and values
     * follow.
     */
    public Settings settings(String user, String prefix, String... keysValues) {
        Map<String, String> values = new HashMap<>(Map.of(
                CommonSettings.BOOTSTRAP,
                broker.bootstrapServers(),
                CommonSettings.TOPIC_PREFIX,
                prefix,
                CommonSettings.TOPIC_PARTITIONS,
                "1",
                "kafka.security.protocol",
                "SASL_SSL",
                "kafka.ssl.truststore.type",
                "PEM",
                "kafka.ssl.truststore.location",
                certificate().toString(),
                "kafka.sasl.mechanism",
                "PLAIN",
                "kafka.sasl.jaas.config",
                login(user, PASSWORD) + ";"));
        for (int i = 0; i < keysValues.length; i += 2) {
            values.put(keysValues[i], keysValues[i + 1]);
        }
        return Settings.parse(AllSettings.define(), values);
    }

    /** Creates ACLs, and returns when the broker goes by them. */
    public void allow(List<AclBinding> bindings) throws Exception {
        try (Admin admin = Admin.create(settings(ADMIN, "admin").kafka())) {
            admin.createAcls(bindings).all().get();
            Awaitility.await().until(() -> {
                Set<AclBinding> there = new HashSet<>(
                        admin.describeAcls(AclBindingFilter.ANY).values().get());
                return there.containsAll(bindings);
            });
        }
    }

    @Override
    public void close() throws IOException {
        broker.close();
        folder.close();
    }

    private void makeCertificate() throws IOException, InterruptedException {
        keytool("-genkeypair", "-alias", "broker", "-keyalg", "EC", "-dname", "CN=broker", "-ext", "san=ip:127.0.0.1");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "broker",
                "-file",
                certificate().toString());
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", keystore().toString(), "-storepass", PASSWORD, "-storetype", "PKCS12"));
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + String.join(" ", arguments));
        }
    }

    private Path keystore() {
        return folder.path().resolve("broker.p12");
    }

    private Path certificate() {
        return folder.path().resolve("broker.pem");
    }

    private static String serverLogin() {
        String users = IntStream.range(0, USERS)
                .mapToObj(i -> " user_u%d=\"%s\"".formatted(i, PASSWORD))
                .collect(Collectors.joining());
        return login(ADMIN, PASSWORD) + " user_%s=\"%s\"".formatted(ADMIN, PASSWORD) + users + ";";
    }

    public static String login(String user, String password) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\""
                .formatted(user, password);
    }
}
