package io.twinstream.deploy.cli.training;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups {@code runs ask}, {@code runs list} and {@code runs cancel}. */
@Command(
        name = "runs",
        description = "Asks a trainer that runs for training runs, lists them and cancels them.",
        footer = {
            "  twinstream runs ask --architecture head --parent faces/1 --name faces --model-version 2 --images topic:",
            "  twinstream runs list"
        },
        subcommands = {RunsAskCommand.class, RunsListCommand.class, RunsCancelCommand.class})
public final class RunsCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                Objects.requireNonNull(spec, "spec").commandLine(),
                "say what to do: " + String.join(", ", spec.subcommands().keySet()));
    }
}
