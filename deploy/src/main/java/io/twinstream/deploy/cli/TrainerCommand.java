package io.twinstream.deploy.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The group of what the trainer does: {@code trainer train} and {@code trainer evaluate}. */
@Command(
        name = "trainer",
        description = "Makes and measures models.",
        footer = "  twinstream trainer train --help",
        subcommands = {TrainCommand.class, EvaluateCommand.class})
final class TrainerCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec, "spec").commandLine(), "say what to do: train or evaluate");
    }
}
