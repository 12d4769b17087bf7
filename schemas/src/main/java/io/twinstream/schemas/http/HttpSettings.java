package io.twinstream.schemas.http;

import io.twinstream.schemas.settings.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where a service listens and what it asks of a caller: the settings {@code SERVICE.http.host}, {@code .port},
 * {@code .token} and, of services that declare it, {@code .read.token}. Without a token the address is loopback.
 *
 * @param service stands before the keys, with a dot
 * @param port 0 picks a free one
 * @param token of those who may do everything
 * @param readToken of those who may only read
 */
public record HttpSettings(
        String service, InetAddress address, int port, Optional<String> token, Optional<String> readToken) {
    public HttpSettings {
        if (readToken.isPresent() && token.isEmpty()) {
            throw new ConfigException("%s is set and %s isn't, so that whoever has none could do everything: set both"
                    .formatted(readTokenKey(service), tokenKey(service)));
        }
        if (readToken.isPresent() && readToken.equals(token)) {
            throw new ConfigException("%s and %s are the same: whoever reads could do everything, set another"
                    .formatted(readTokenKey(service), tokenKey(service)));
        }
        if (token.isEmpty() && !address.isLoopbackAddress()) {
            throw new ConfigException("%s is %s, which others can reach: set %s, or listen on 127.0.0.1"
                    .formatted(hostKey(service), address.getHostAddress(), tokenKey(service)));
        }
    }

    /** Without a token that only reads. */
    public HttpSettings(String service, InetAddress address, int port, Optional<String> token) {
        this(service, address, port, token, Optional.empty());
    }

    /**
     * Reads and checks.
     *
     * @throws ConfigException if the host has no address, others can reach it and no token is set, or the tokens don't
     *     tell reading from operating
     */
    public static HttpSettings of(Settings settings, String service) {
        return new HttpSettings(
                service,
                address(hostKey(service), settings.getString(hostKey(service))),
                settings.getInt(service + ".http.port"),
                password(settings, tokenKey(service)),
                settings.values().containsKey(readTokenKey(service))
                        ? password(settings, readTokenKey(service))
                        : Optional.empty());
    }

    /** The key that the token is set under. */
    String tokenKey() {
        return tokenKey(service);
    }

    private static String tokenKey(String service) {
        return service + ".http.token";
    }

    private static String readTokenKey(String service) {
        return service + ".http.read.token";
    }

    private static Optional<String> password(Settings settings, String key) {
        return Optional.of(settings.getPassword(key).value().strip()).filter(token -> !token.isEmpty());
    }

    private static String hostKey(String service) {
        return service + ".http.host";
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

    /** Without the tokens. */
    @Override
    public String toString() {
        return "%s:%d%s".formatted(address.getHostAddress(), port, token.isPresent() ? " with a token" : "");
    }
}
