package io.twinstream.deploy.cli.setup;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The group of {@code keys generate}. */
@Command(
        name = "keys",
        description = "Makes the keys that published models are signed and checked with.",
        footer = "  twinstream keys generate --out keys/",
        subcommands = {KeysGenerateCommand.class})
public final class KeysCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(spec, "spec").commandLine(), "say what to do: generate");
    }
}
