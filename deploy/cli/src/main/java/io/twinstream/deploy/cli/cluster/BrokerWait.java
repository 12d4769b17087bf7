package io.twinstream.deploy.cli.cluster;

import io.javalin.http.ServiceUnavailableResponse;
import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ErrorLine;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.schemas.http.Health;
import io.twinstream.schemas.http.HealthCheck;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a cluster that doesn't answer yet, and says every few seconds what it waits for. A service that waits answers its
 * health checks meanwhile: it is live, and not ready. All that it will serve under {@code /v1} it answers with 503, so that
 * callers try again. What waiting can't cure, such as a wrong password, ends it at once.
 */
final class BrokerWait {
    /** Asks the cluster for what is needed. */
    interface Ask {
        /** Asks once, and throws a Rights.MissingTopicException if a topic isn't there. */
        void of(Admin admin) throws InterruptedException, ExecutionException;
    }

    private static final Logger log = LoggerFactory.getLogger(BrokerWait.class);
    private static final Duration COMMANDS = Duration.ofSeconds(30);
    private static final int ANSWER_WITHIN_MS = 5_000;
    private static final long BETWEEN_LINES_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long BETWEEN_ASKS_MS = 500;
    private static final String STARTS_ONCE_THEY_ANSWER = "see the brokers; the service starts once they answer";

    private final CommonSettings settings;
    private final Optional<HttpSettings> service;
    private final Duration patience;
    private final long beganNanos = System.nanoTime();
    private long saidNanos = beganNanos - BETWEEN_LINES_NANOS;
    private volatile String waitsFor = "";
    private boolean brokerAnswers;

    /** @param service HTTP settings of the service that waits, where it answers health checks; empty for a command */
    private BrokerWait(CommonSettings settings, Optional<HttpSettings> service, Duration patience) {
        this.settings = settings;
        this.service = service;
        this.patience = patience;
    }

    /** Returns the wait of a command, for a broker and for nothing else, 30 s at most. */
    static BrokerWait ofCommand(CommonSettings settings) {
        return new BrokerWait(settings, Optional.empty(), COMMANDS);
    }

    /** Returns the wait of a service, which also waits for topics and for a name in bootstrap.servers to have an address. */
    static BrokerWait ofService(CommonSettings settings, HttpSettings service) {
        return new BrokerWait(settings, Optional.of(service), settings.startBrokerWait());
    }

    /**
     * Asks until the cluster has answered.
     *
     * @return the client that asked
     * @throws CommandException if the time is over, or waiting doesn't help
     */
    Admin until(Ask ask) throws InterruptedException {
        HttpServer health = null;
        try {
            for (; ; ) {
                Admin admin = null;
                boolean answered = false;
                try {
                    admin = client();
                    ask.of(admin);
                    answered = true;
                    return admin;
                } catch (ExecutionException | KafkaException e) {
                    brokerAnswers = false;
                    waitsFor = waitsFor(e);
                } catch (Rights.MissingTopicException e) {
                    if (service.isEmpty()) {
                        throw e;
                    }
                    brokerAnswers = true;
                    waitsFor = String.valueOf(e.getMessage());
                } finally {
                    if (admin != null && !answered) {
                        admin.close(Duration.ZERO);
                    }
                }
                health = health == null ? health() : health;
                goOn();
            }
        } finally {
            if (health != null) {
                health.close();
            }
        }
    }

    private void goOn() throws InterruptedException {
        long now = System.nanoTime();
        long seconds = TimeUnit.NANOSECONDS.toSeconds(now - beganNanos);
        if (now - beganNanos > patience.toNanos()) {
            if (brokerAnswers) {
                throw new CommandException(ExitCodes.FAILURE, "%s (waited %d s)".formatted(waitsFor, seconds));
            }
            throw new CommandException(
                    ExitCodes.UNREACHABLE,
                    "%s: waited %d s, start a broker with 'twinstream broker', or name another with --bootstrap"
                            .formatted(waitsFor, seconds));
        }
        if (now - saidNanos >= BETWEEN_LINES_NANOS) {
            saidNanos = now;
            log.warn("{}: waiting, {} s so far, {} s at most", waitsFor, seconds, patience.toSeconds());
        }
        Thread.sleep(BETWEEN_ASKS_MS);
    }

    private Admin client() {
        return KafkaClients.of(settings)
                .admin(
                        "twinstream-start",
                        Map.of(
                                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                                ANSWER_WITHIN_MS,
                                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                ANSWER_WITHIN_MS));
    }

    /** Says what is waited for, where waiting may end the failure by itself. */
    private String waitsFor(Exception failure) {
        String brokers = settings.bootstrap();
        ListenerCheck.mistake(settings).ifPresent(line -> {
            throw new CommandException(ExitCodes.FAILURE, line);
        });
        if (failure.getCause() instanceof TimeoutException) {
            return "no broker answers at " + brokers;
        }
        if (failure.getCause() instanceof ConfigException config
                && String.valueOf(config.getMessage()).startsWith("No resolvable bootstrap")) {
            String line = "bootstrap.servers is %s, and no name in it has an address".formatted(brokers);
            if (service.isPresent()) {
                return line;
            }
            throw new CommandException(ExitCodes.UNREACHABLE, line);
        }
        ErrorLine line = ErrorLine.of(failure);
        if (failure instanceof KafkaException) {
            throw new CommandException(
                    ExitCodes.USAGE, "no Kafka client can be made with these settings: " + line.text());
        }
        throw new CommandException(line.exitCode(), "the broker at %s refuses: %s".formatted(brokers, line.text()));
    }

    private @Nullable HttpServer health() {
        ServiceThreads threads = new ServiceThreads();
        Health health = new Health(
                threads,
                List.of(),
                List.of(HealthCheck.untroubled("brokerAnswers", () -> waitsFor, STARTS_ONCE_THEY_ANSWER)));
        return service.map(each -> HttpServer.start(each, threads, (routes, executor) -> {
                    health.register(routes);
                    // The service's routes come later, so a caller mustn't take one for missing.
                    routes.before("/v1/*", ctx -> {
                        throw new ServiceUnavailableResponse(waitsFor + ": " + STARTS_ONCE_THEY_ANSWER);
                    });
                }))
                .orElse(null);
    }
}
