package io.twinstream.verifier.web;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** An advertised address is where other verifiers reach this one's HTTP server, as {@code host:port}. */
public final class AdvertisedAddress {
    private AdvertisedAddress() {}

    /**
     * Returns the address that is set, otherwise where the server listens, under the machine's name if that is
     * everywhere.
     *
     * @param listened the address that the server listens on
     * @param port the port that the server listens on
     */
    public static String of(Optional<String> set, InetAddress listened, int port) {
        return set.orElseGet(() -> host(listened) + ":" + port);
    }

    private static String host(InetAddress listened) {
        if (!listened.isAnyLocalAddress()) {
            String address = listened.getHostAddress();
            return address.contains(":") ? "[" + address + "]" : address;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
