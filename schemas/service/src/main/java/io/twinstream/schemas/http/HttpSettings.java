package io.twinstream.schemas.http;

import io.twinstream.schemas.settings.Findings;
import io.twinstream.schemas.settings.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;

/**
 * Configures where a service listens, what it asks of a caller and how much it lets one do. {@link HttpKeys} declares the
 * keys. Without a token the address must be loopback.
 *
 * @param service the service's name, which begins the keys
 * @param port the port; 0 picks a free one
 * @param tokens the tokens of the roles that have one
 * @param tls the certificate and key; empty for plain HTTP
 * @param requestsPerSecond the requests a second that one address may send
 * @param connectionsPerAddress the connections that one address may have open at a time
 * @param requestTimeout the time within which a request must have come whole
 */
public record HttpSettings(
        String service,
        InetAddress address,
        int port,
        Map<Role, String> tokens,
        Optional<TlsFiles> tls,
        int requestsPerSecond,
        int connectionsPerAddress,
        Duration requestTimeout) {
    public HttpSettings {
        tokens = Map.copyOf(tokens);
        requireApart(service, tokens);
        requireToken(service, address, tokens);
    }

    /** Configures plain HTTP with the default limits, and at most the token that may do everything. */
    public HttpSettings(String service, InetAddress address, int port, Optional<String> token) {
        this(
                service,
                address,
                port,
                token.map(each -> Map.of(Role.OPERATE, each)).orElse(Map.of()),
                Optional.empty(),
                HttpKeys.DEFAULT_REQUESTS_PER_SECOND,
                HttpKeys.DEFAULT_CONNECTIONS_PER_ADDRESS,
                Duration.ofMillis(HttpKeys.DEFAULT_REQUEST_TIMEOUT_MS));
    }

    /**
     * Reads and checks the settings of a service's server.
     *
     * @throws ConfigException with all that is wrong: the host has no address, others can reach it and no token is set, the
     *     tokens don't tell one role from the other, or a certificate is set without its key
     */
    public static HttpSettings of(Settings settings, String service) {
        Map<Role, String> tokens = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            String key = HttpKeys.token(service, role);
            if (settings.values().containsKey(key)) {
                settings.secret(key).ifPresent(token -> tokens.put(role, token));
            }
        }
        Findings findings = new Findings();
        Supplier<InetAddress> address =
                findings.read(() -> address(HttpKeys.host(service), settings.getString(HttpKeys.host(service))));
        Supplier<Optional<TlsFiles>> tls = findings.read(() -> TlsFiles.of(settings, service));
        findings.check(() -> requireApart(service, tokens));
        findings.check(() -> requireToken(service, address.get(), tokens));
        findings.refuseAny();
        return new HttpSettings(
                service,
                address.get(),
                settings.getInt(HttpKeys.port(service)),
                tokens,
                tls.get(),
                settings.getInt(HttpKeys.requestsPerSecond(service)),
                settings.getInt(HttpKeys.connectionsPerAddress(service)),
                settings.millis(HttpKeys.requestTimeout(service)));
    }

    private static void requireApart(String service, Map<Role, String> tokens) {
        String first = HttpKeys.token(service);
        for (Role role : tokens.keySet()) {
            if (!tokens.containsKey(Role.OPERATE)) {
                throw new ConfigException(
                        "%s is set and %s isn't, so that a caller without a token could do everything: set both"
                                .formatted(HttpKeys.token(service, role), first));
            }
            if (role != Role.OPERATE && tokens.get(role).equals(tokens.get(Role.OPERATE))) {
                throw new ConfigException(
                        "%s and %s are the same, so that every holder of the first could do everything: set another"
                                .formatted(HttpKeys.token(service, role), first));
            }
        }
    }

    private static void requireToken(String service, InetAddress address, Map<Role, String> tokens) {
        if (tokens.isEmpty() && !address.isLoopbackAddress()) {
            throw new ConfigException("%s is %s, which others can reach: set %s, or listen on 127.0.0.1"
                    .formatted(HttpKeys.host(service), address.getHostAddress(), HttpKeys.token(service)));
        }
    }

    /** Returns the token that may do everything, if there is one. */
    public Optional<String> token() {
        return Optional.ofNullable(tokens.get(Role.OPERATE));
    }

    /** Returns {@code https} or {@code http}. */
    public String scheme() {
        return tls.isPresent() ? "https" : "http";
    }

    /** Returns the address that a person opens on this machine: {@code http://127.0.0.1:8081/}. */
    public String url(int listening) {
        String host = address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
        return "%s://%s:%d/".formatted(scheme(), host.indexOf(':') < 0 ? host : "[" + host + "]", listening);
    }

    private static InetAddress address(String key, String host) {
        if (host.isBlank()) {
            throw new ConfigException("%s must name an address, 0.0.0.0 for all of them".formatted(key));
        }
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new ConfigException("%s is %s, which has no address".formatted(key, host));
        }
    }

    /** Returns a line that doesn't show the tokens. */
    @Override
    public String toString() {
        return "%s://%s:%d%s"
                .formatted(scheme(), address.getHostAddress(), port, tokens.isEmpty() ? "" : " with a token");
    }
}
