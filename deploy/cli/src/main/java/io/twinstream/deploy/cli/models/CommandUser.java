package io.twinstream.deploy.cli.models;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Names who runs the command, as {@code user@host}, for the record of an order. */
final class CommandUser {
    private CommandUser() {}

    static String name() {
        return System.getProperty("user.name", "somebody") + "@" + host();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
