package io.twinstream.deploy.cli.models;

import io.twinstream.verifier.control.ActivationOutcome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** This option says why an order about the versions is given. The reason stays on record, with who gave the order. */
@Command(
        exitCodeList = {
            "0:written",
            "1:failed; the line on standard error says why",
            "2:wrong options, arguments or settings; nothing was done",
            "3:refused, for the reason on standard error; nothing was done",
            "4:no broker answers"
        })
final class OrderOptions {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "The reason, which is kept on record.")
    private String reason = "";

    /** An order, to which the reason and {@code user@host} are added. */
    interface Order {
        ActivationOutcome give(String reason, String by);
    }

    /** Gives the order, and returns the lines that say from when it holds. */
    List<String> give(Order order) {
        return ModelLines.of(order.give(reason, System.getProperty("user.name", "somebody") + "@" + host()));
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
