package io.twinstream.deploy.acceptance.deployment;

import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/**
 * Tries what the secured cluster must refuse: callers and Kafka clients that lack TLS, trust in its authority, token, password
 * or right.
 */
final class ComposedRefusals {
    private static final Map<String, String> PATHS = Map.of(
            "ingest", "localhost:8080/v1/references/alice",
            "verifier", "localhost:8081/v1/subjects/alice",
            "trainer", "localhost:8082/v1/training-runs/run");
    private static final Map<String, String> LESSER =
            Map.of("ingest", "send.token", "verifier", "read.token", "trainer", "read.token");
    private static final String USER = "operator";

    private final ComposedSecrets secrets;
    private final HttpClient http;
    private int tries;
    private int refusals;

    ComposedRefusals(ComposedSecrets secrets) throws Exception {
        this.secrets = secrets;
        http = secrets.http();
        for (String service : PATHS.keySet()) {
            HttpClient stranger = HttpClient.newHttpClient();
            refused(service + " without TLS", IOException.class, () -> delete(stranger, "http://", service, ""));
            refused(
                    service + ", certificate not trusted",
                    SSLException.class,
                    () -> delete(stranger, "https://", service, ""));
            refused(service + " without a token", 401, delete(http, "https://", service, ""));
            refused(service + " with a wrong token", 401, delete(http, "https://", service, "guess"));
            String lesser = secrets.of(service, LESSER.get(service));
            refused(service + " with a lesser token", 403, delete(http, "https://", service, lesser));
        }
        Map<String, Object> known = secrets.kafka(USER);
        refused(
                "Kafka without TLS",
                TimeoutException.class,
                () -> nodes(with(known, "security.protocol", "PLAINTEXT")));
        refused(
                "Kafka without a password",
                TimeoutException.class,
                () -> nodes(with(known, "security.protocol", "SSL")));
        refused(
                "Kafka, certificate not trusted",
                SslAuthenticationException.class,
                () -> nodes(secrets.distrustful(USER)));
        String login = secrets.of(USER, "login").replaceFirst("password=\".", "password=\"-");
        refused(
                "a wrong password",
                SaslAuthenticationException.class,
                () -> nodes(with(known, "sasl.jaas.config", login)));
        String pictures = new Topics(Topics.DEFAULT_PREFIX, 1).references();
        refused("a right of others", TopicAuthorizationException.class, () -> {
            try (Admin admin = Admin.create(known)) {
                return admin.describeTopics(List.of(pictures)).allTopicNames().get();
            }
        });
    }

    int tries() {
        return tries;
    }

    int refusals() {
        return refusals;
    }

    private int delete(HttpClient client, String scheme, String service, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(scheme + PATHS.get(service)))
                .method("DELETE", BodyPublishers.noBody());
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), BodyHandlers.ofString()).statusCode();
    }

    private static Object nodes(Map<String, Object> kafka) throws Exception {
        try (Admin admin = Admin.create(with(kafka, "default.api.timeout.ms", "10000"))) {
            return admin.describeCluster().nodes().get();
        }
    }

    private static Map<String, Object> with(Map<String, Object> kafka, String key, String value) {
        Map<String, Object> other = new HashMap<>(kafka);
        other.put(key, value);
        other.put("request.timeout.ms", "5000");
        return other;
    }

    private void refused(String what, int expected, int status) {
        count(what, status == expected, "status " + status);
    }

    private void refused(String what, Class<? extends Exception> expected, Callable<Object> attempt) {
        try {
            count(what, false, "done: " + attempt.call());
        } catch (Exception e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            count(what, expected.isInstance(cause), cause.toString());
        }
    }

    private void count(String what, boolean asExpected, String outcome) {
        tries++;
        refusals += asExpected ? 1 : 0;
        System.err.printf("%s: %s%s%n", what, asExpected ? "refused, " : "NOT REFUSED, ", outcome);
    }
}
