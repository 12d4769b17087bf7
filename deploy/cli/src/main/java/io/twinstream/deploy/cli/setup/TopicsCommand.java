package io.twinstream.deploy.cli.setup;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups {@code topics create}, {@code topics list} and {@code topics transactions}. */
@Command(
        name = "topics",
        description = "Creates and lists the topics, and lists open transactions that hide their ends from readers.",
        footer = "  twinstream topics create --bootstrap broker-1:9092",
        subcommands = {TopicsCreateCommand.class, TopicsListCommand.class, TopicsTransactionsCommand.class})
public final class TopicsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec, "spec").commandLine(), "say what to do: create, list or transactions");
    }
}
