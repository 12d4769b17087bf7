package io.twinstream.deploy.testkit;

import io.twinstream.deploy.cli.Twinstream;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Holds what a command that ran in this process has answered. */
public record Ran(int exitCode, String out, String err) {

    /** Runs a command on the brokers and under the prefix of the settings. */
    public static Ran on(Settings settings, String... arguments) {
        return run(Stream.concat(
                        Stream.of(arguments),
                        Stream.of(CommonSettings.BOOTSTRAP, CommonSettings.TOPIC_PREFIX)
                                .flatMap(key -> Stream.of("--set", key + "=" + settings.getString(key))))
                .toArray(String[]::new));
    }

    public static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Twinstream.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exitCode = commandLine.execute(arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }
}
