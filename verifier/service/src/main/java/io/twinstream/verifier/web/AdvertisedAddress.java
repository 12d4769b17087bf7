package io.twinstream.verifier.web;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Tells where other verifiers reach this one's HTTP server, as {@code host:port}. */
public final class AdvertisedAddress {
    private AdvertisedAddress() {}

    /**
     * The address that is set; else where the server listens, under the machine's name if that is everywhere.
     *
     * @param listened address that is listened on
     * @param port that is listened on
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
