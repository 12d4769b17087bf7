package io.twinstream.verifier.web;

import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where other verifiers reach this one's HTTP server, as {@code host:port}. */
public final class AdvertisedAddress {
    private AdvertisedAddress() {}

    /**
     * The one that is set; else where the server listens, under the machine's name if that is everywhere.
     *
     * @param port that is listened on
     */
    public static String of(Settings settings, int port) {
        String set = settings.getString(VerifierSettings.HTTP_ADVERTISED);
        return set.isEmpty()
                ? host(HttpSettings.of(settings, VerifierSettings.SERVICE).address()) + ":" + port
                : set;
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
