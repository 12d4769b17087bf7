package io.twinstream.schemas.http;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.twinstream.schemas.settings.FileName;
import org.apache.kafka.common.config.ConfigDef;

/** Declares the settings of an HTTP server, {@code SERVICE.http.*}, the same for each service. */
public final class HttpKeys {
    static final int DEFAULT_REQUESTS_PER_SECOND = 2_000;
    static final int DEFAULT_CONNECTIONS_PER_ADDRESS = 256;
    static final int DEFAULT_REQUEST_TIMEOUT_MS = 30_000;

    private static final int MOST_REQUESTS_PER_SECOND = 1_000_000;

    private HttpKeys() {}

    /**
     * Declares the keys of a service's server.
     *
     * @param lesser the role beside {@link Role#OPERATE} that has a token
     */
    public static ConfigDef define(ConfigDef definition, String service, int port, Role lesser) {
        return definition
                .define(
                        host(service),
                        ConfigDef.Type.STRING,
                        "127.0.0.1",
                        HIGH,
                        "Address that is listened on. One that isn't loopback needs %s.".formatted(token(service)))
                .define(
                        port(service),
                        ConfigDef.Type.INT,
                        port,
                        between(0, 65_535),
                        HIGH,
                        "Port that is listened on; 0 picks a free one.")
                .define(
                        token(service),
                        ConfigDef.Type.PASSWORD,
                        "",
                        HIGH,
                        "Bearer token that may do everything under /v1; empty: none is asked for. Health and metrics are open.")
                .define(
                        token(service, lesser),
                        ConfigDef.Type.PASSWORD,
                        "",
                        HIGH,
                        "A second bearer token, which may only %s; empty: there is none. Needs %s."
                                .formatted(lesser.method(), token(service)))
                .define(
                        tlsCertificate(service),
                        ConfigDef.Type.STRING,
                        "",
                        new FileName(),
                        HIGH,
                        "PEM file with the server's certificate and those that vouch for it, with which HTTPS is served instead of HTTP; empty: HTTP. A changed file is taken within seconds.")
                .define(
                        tlsKey(service),
                        ConfigDef.Type.STRING,
                        "",
                        new FileName(),
                        HIGH,
                        "PEM file with the certificate's private key, PKCS#8 without a password.")
                .define(
                        requestsPerSecond(service),
                        ConfigDef.Type.INT,
                        DEFAULT_REQUESTS_PER_SECOND,
                        between(1, MOST_REQUESTS_PER_SECOND),
                        MEDIUM,
                        "Requests a second of one address above which answers are 429; health is not counted.")
                .define(
                        connectionsPerAddress(service),
                        ConfigDef.Type.INT,
                        DEFAULT_CONNECTIONS_PER_ADDRESS,
                        between(1, HttpServer.MAX_CONNECTIONS),
                        MEDIUM,
                        "Connections of one address, of %d in all; a further one closes the one that has waited longest for its request. Raise it behind a proxy, and for a caller that waits for many verdicts at a time."
                                .formatted(HttpServer.MAX_CONNECTIONS))
                .define(
                        requestTimeout(service),
                        ConfigDef.Type.INT,
                        DEFAULT_REQUEST_TIMEOUT_MS,
                        between(100, 3_600_000),
                        LOW,
                        "Milliseconds from a request's first byte within which it must have come whole, or its connection is closed.");
    }

    static String host(String service) {
        return service + ".http.host";
    }

    static String port(String service) {
        return service + ".http.port";
    }

    /** Returns the key of the token that may do everything. */
    static String token(String service) {
        return service + ".http.token";
    }

    static String token(String service, Role role) {
        return role == Role.OPERATE ? token(service) : "%s.http.%s.token".formatted(service, role.word());
    }

    static String tlsCertificate(String service) {
        return service + ".http.tls.certificate";
    }

    static String tlsKey(String service) {
        return service + ".http.tls.key";
    }

    static String requestsPerSecond(String service) {
        return service + ".http.requests.per.second";
    }

    static String connectionsPerAddress(String service) {
        return service + ".http.connections.per.address";
    }

    static String requestTimeout(String service) {
        return service + ".http.request.timeout.ms";
    }
}
