package io.twinstream.ingest.settings;

import io.twinstream.schemas.settings.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where ingest listens and what it asks of a caller. Without a token the address is loopback.
 *
 * @param port 0 picks a free one
 */
public record HttpSettings(InetAddress address, int port, Optional<String> token) {
    public HttpSettings {
        if (token.isEmpty() && !address.isLoopbackAddress()) {
            throw new ConfigException("%s is %s, which others can reach: set %s, or listen on 127.0.0.1"
                    .formatted(IngestSettings.HTTP_HOST, address.getHostAddress(), IngestSettings.HTTP_TOKEN));
        }
    }

    /**
     * Reads and checks.
     *
     * @throws ConfigException if the host has no address, or others can reach it and no token is set
     */
    public static HttpSettings of(Settings settings) {
        String token = settings.getPassword(IngestSettings.HTTP_TOKEN).value().strip();
        return new HttpSettings(
                address(settings.getString(IngestSettings.HTTP_HOST)),
                settings.getInt(IngestSettings.HTTP_PORT),
                token.isEmpty() ? Optional.empty() : Optional.of(token));
    }

    private static InetAddress address(String host) {
        if (host.isBlank()) {
            throw new ConfigException(
                    "%s must name an address, 0.0.0.0 for all of them".formatted(IngestSettings.HTTP_HOST));
        }
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new ConfigException("%s is %s, which has no address".formatted(IngestSettings.HTTP_HOST, host));
        }
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "%s:%d%s".formatted(address.getHostAddress(), port, token.isPresent() ? " with a token" : "");
    }
}
