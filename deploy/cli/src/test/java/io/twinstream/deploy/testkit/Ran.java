package io.twinstream.deploy.testkit;

import io.twinstream.deploy.cli.Twinstream;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a command that ran in this process has answered. */
public record Ran(int exitCode, String out, String err) {

    public static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Twinstream.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exitCode = commandLine.execute(arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }
}
