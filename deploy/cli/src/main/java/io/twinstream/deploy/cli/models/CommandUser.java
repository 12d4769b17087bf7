package io.twinstream.deploy.cli.models;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who runs the command: {@code user@host}. */
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
