package io.twinstream.schemas.http;

import io.twinstream.schemas.settings.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where a service listens and what it asks of a caller: the settings {@code SERVICE.http.host}, {@code .port} and
 * {@code .token}. Without a token the address is loopback.
 *
 * @param service stands before the keys, with a dot
 * @param port 0 picks a free one
 */
public record HttpSettings(String service, InetAddress address, int port, Optional<String> token) {
    public HttpSettings {
        if (token.isEmpty() && !address.isLoopbackAddress()) {
            throw new ConfigException("%s is %s, which others can reach: set %s, or listen on 127.0.0.1"
                    .formatted(hostKey(service), address.getHostAddress(), tokenKey(service)));
        }
    }

    /**
     * Reads and checks.
     *
     * @throws ConfigException if the host has no address, or others can reach it and no token is set
     */
    public static HttpSettings of(Settings settings, String service) {
        String token = settings.getPassword(tokenKey(service)).value().strip();
        return new HttpSettings(
                service,
                address(hostKey(service), settings.getString(hostKey(service))),
                settings.getInt(service + ".http.port"),
                token.isEmpty() ? Optional.empty() : Optional.of(token));
    }

    /** The key that the token is set under. */
    String tokenKey() {
        return tokenKey(service);
    }

    private static String tokenKey(String service) {
        return service + ".http.token";
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

    /** Without the token. */
    @Override
    public String toString() {
        return "%s:%d%s".formatted(address.getHostAddress(), port, token.isPresent() ? " with a token" : "");
    }
}
