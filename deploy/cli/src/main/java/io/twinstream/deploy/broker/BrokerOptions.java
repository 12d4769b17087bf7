package io.twinstream.deploy.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says how an embedded broker runs.
 *
 * @param folder where the data lies and stays; null for a temporary one that goes with the broker
 * @param host name or address that clients reach it by and that it listens on
 * @param port for clients; 0 for a free one
 * @param controllerPort for the controller, on loopback; 0 for a free one
 * @param overrides broker properties by Kafka's names; they win over those chosen here
 */
public record BrokerOptions(
        @Nullable Path folder, String host, int port, int controllerPort, Map<String, String> overrides) {
    private static final int MAX_PORT = 65_535;

    public BrokerOptions {
        if (port < 0 || port > MAX_PORT || controllerPort < 0 || controllerPort > MAX_PORT) {
            throw new IllegalArgumentException(
                    "a port is 0 to %d, were %d and %d".formatted(MAX_PORT, port, controllerPort));
        }
        overrides = new TreeMap<>(overrides);
    }

    /** Returns options for a broker on loopback with free ports and a temporary folder. */
    public static BrokerOptions temporary() {
        return new BrokerOptions(null, "127.0.0.1", 0, 0, Map.of());
    }
}
