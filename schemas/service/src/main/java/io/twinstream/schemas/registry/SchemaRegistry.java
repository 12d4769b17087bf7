package io.twinstream.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.kiota.ApiException;
import io.apicurio.registry.client.RegistryClientFactory;
import io.apicurio.registry.client.common.HttpAdapterType;
import io.apicurio.registry.client.common.RegistryClientOptions;
import io.apicurio.registry.rest.client.RegistryClient;
import io.apicurio.registry.rest.client.models.CreateArtifact;
import io.apicurio.registry.rest.client.models.CreateVersion;
import io.apicurio.registry.rest.client.models.IfArtifactExists;
import io.apicurio.registry.rest.client.models.ProblemDetails;
import io.apicurio.registry.rest.client.models.RuleViolationProblemDetails;
import io.apicurio.registry.rest.client.models.VersionContent;
import io.twinstream.schemas.settings.RegistrySettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParseException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Asks an Apicurio Registry for the ids of schemas and the schemas of ids, once each. A question takes 10 s at most. Safe for
 * many threads.
 *
 * <p>Maintainers: the client is Apicurio's own, which reads only schemas here, never records. The ids are its content ids, as
 * in its own serdes and its Confluent-compatible API.
 */
final class SchemaRegistry {
    private static final int SECONDS = 10;
    private static final int NOT_FOUND = 404;
    private static final int SERVER_ERROR = 500;

    private record Subject(String topic, Schema schema) {}

    private final String url;
    private final RegistryClientOptions options;
    private final Map<Subject, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Integer, Long> fingerprints = new ConcurrentHashMap<>();

    /** The client; null until there is something to ask, as it has threads of its own. */
    private @Nullable RegistryClient opened;

    private SchemaRegistry(String url, RegistryClientOptions options) {
        this.url = url;
        this.options = options;
    }

    /** Makes the registry at a URL; asks it nothing yet. */
    static SchemaRegistry of(String url, RegistrySettings settings) {
        RegistryClientOptions options = RegistryClientOptions.create(url).httpAdapter(HttpAdapterType.JDK);
        settings.basic()
                .ifPresent(
                        user -> options.basicAuth(user.name(), user.password().value()));
        settings.tokens()
                .ifPresent(source -> options.oauth2(
                        source.url(), source.clientId(), source.clientSecret().value()));
        settings.certificates().ifPresent(file -> options.trustStorePem(file.toString()));
        return new SchemaRegistry(url, options);
    }

    /**
     * Returns the id of a schema, which is registered under the topic's name with {@code -value} if it wasn't yet.
     *
     * @throws SchemaRefusedException if the registry refuses the schema, for one because it is incompatible with an earlier
     *     one
     * @throws RegistryAwayException if the registry doesn't answer
     */
    int id(String topic, Schema schema) {
        Subject subject = new Subject(topic, schema);
        Integer known = ids.get(subject);
        if (known != null) {
            return known;
        }
        int id;
        try {
            id = ask(() -> register(topic + "-value", schema));
        } catch (ApiException e) {
            throw new SchemaRefusedException("the schema registry %s refuses %s as the schema of %s: %s"
                    .formatted(url, schema.getName(), topic, reason(e)));
        }
        ids.put(subject, id);
        return id;
    }

    /**
     * Returns the fingerprint of the schema with an id; none if there is no such schema.
     *
     * @throws RegistryAwayException if the registry doesn't answer
     */
    OptionalLong fingerprint(int id) {
        Long known = fingerprints.get(id);
        if (known != null) {
            return OptionalLong.of(known);
        }
        try {
            long fingerprint =
                    SchemaNormalization.parsingFingerprint64(new Schema.Parser().parse(ask(() -> content(id))));
            fingerprints.put(id, fingerprint);
            return OptionalLong.of(fingerprint);
        } catch (SchemaParseException e) {
            return OptionalLong.empty();
        } catch (ApiException e) {
            if (e.getResponseStatusCode() == NOT_FOUND) {
                return OptionalLong.empty();
            }
            throw new SchemaRefusedException(
                    "the schema registry %s doesn't show schema %d: %s".formatted(url, id, reason(e)));
        }
    }

    private synchronized RegistryClient client() {
        if (opened == null) {
            opened = RegistryClientFactory.create(options);
        }
        return opened;
    }

    private int register(String subject, Schema schema) {
        VersionContent content = new VersionContent();
        content.setContent(schema.toString());
        content.setContentType("application/json");
        CreateVersion version = new CreateVersion();
        version.setContent(content);
        CreateArtifact artifact = new CreateArtifact();
        artifact.setArtifactId(subject);
        artifact.setArtifactType("AVRO");
        artifact.setFirstVersion(version);
        long id = client().groups()
                .byGroupId("default")
                .artifacts()
                .post(
                        artifact,
                        request -> Objects.requireNonNull(request.queryParameters).ifExists =
                                IfArtifactExists.FIND_OR_CREATE_VERSION)
                .getVersion()
                .getContentId();
        return Math.toIntExact(id);
    }

    private String content(int id) {
        try (InputStream content = client().ids()
                .contentIds()
                .byContentId(Integer.toUnsignedLong(id))
                .get()) {
            return new String(content.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks a question with a limit in time, since Apicurio's client waits for an answer without end. */
    private <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = CompletableFuture.supplyAsync(question, SchemaRegistry::inBackground);
        try {
            return answer.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiException refusal && refusal.getResponseStatusCode() < SERVER_ERROR) {
                throw refusal;
            }
            throw away(reason(Objects.requireNonNullElse(e.getCause(), e)));
        } catch (TimeoutException e) {
            throw away("no answer within %d s".formatted(SECONDS));
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private RegistryAwayException away(String reason) {
        return new RegistryAwayException("the schema registry %s doesn't answer: %s".formatted(url, reason));
    }

    private static void inBackground(Runnable question) {
        Thread thread = new Thread(question, "schema-registry");
        thread.setDaemon(true);
        thread.start();
    }

    private static String reason(Throwable failure) {
        String said = failure.getMessage();
        if (failure instanceof ProblemDetails problem) {
            said = problem.getTitle();
        } else if (failure instanceof RuleViolationProblemDetails violation) {
            said = violation.getTitle();
        }
        if (failure instanceof ApiException answer) {
            return "HTTP %d %s".formatted(answer.getResponseStatusCode(), said == null ? "" : said);
        }
        return said == null ? failure.toString() : said;
    }

    /** This exception is thrown where the schema registry doesn't answer, or says that it can't; trying again may help. */
    static final class RegistryAwayException extends RetriableException {
        RegistryAwayException(String message) {
            super(message);
        }
    }

    /** This exception is thrown where the schema registry refuses a schema, or the caller. */
    static final class SchemaRefusedException extends org.apache.kafka.common.errors.ApiException {
        SchemaRefusedException(String message) {
            super(message);
        }
    }
}
