package io.twinstream.deploy.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command's answer goes: standard output, or what a test put there. */
public final class Output {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final PrintWriter out;

    private Output(PrintWriter out) {
        this.out = out;
    }

    public static Output of(@Nullable CommandSpec spec) {
        return new Output(Objects.requireNonNull(spec, "spec").commandLine().getOut());
    }

    /** Prints a line, at once. */
    public void println(String line) {
        out.println(line);
        out.flush();
    }

    /** Prints one value as one line of JSON. */
    public void json(Object value) {
        try {
            println(MAPPER.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
