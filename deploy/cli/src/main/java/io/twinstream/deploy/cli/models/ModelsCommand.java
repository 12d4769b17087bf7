package io.twinstream.deploy.cli.models;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups {@code models list}, {@code models activate} and their like. */
@Command(
        name = "models",
        description = "Lists model versions, and says which one judges from when.",
        footer = {
            "  twinstream models list",
            "  twinstream models activate letters/2 --reason 'better on the left hand'"
        },
        subcommands = {
            ModelsListCommand.class,
            ModelsShowCommand.class,
            ModelsActivateCommand.class,
            ModelsRollbackCommand.class,
            ModelsShadowCommand.class,
            ModelsPruneCommand.class
        })
public final class ModelsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec, "spec").commandLine(),
                "say what to do: " + String.join(", ", spec.subcommands().keySet()));
    }
}
