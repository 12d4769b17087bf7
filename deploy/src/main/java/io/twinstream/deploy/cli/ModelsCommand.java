package io.twinstream.deploy.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The group of the commands about published models. */
@Command(
        name = "models",
        description = "Removes old versions of published models.",
        footer = "  twinstream models prune --dry-run",
        subcommands = {ModelsPruneCommand.class})
final class ModelsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(spec, "spec").commandLine(), "say what to do: prune");
    }
}
