package io.twinstream.deploy.cli.models;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.verifier.control.ModelControl;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lets the version serve that served before. */
@Command(
        name = "rollback",
        description =
                "Goes back to the version that served before the present one: it judges again 2 s from now. Activations that were to "
                        + "take effect after that are cancelled.",
        footer = "  twinstream models rollback --reason 'too many false matches'")
public final class ModelsRollbackCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ControlOptions cluster = new ControlOptions();

    @Mixin
    private OrderOptions order = new OrderOptions();

    @Override
    public Integer call() throws Exception {
        ModelControl control = cluster.control();
        order.give(control::rollback).forEach(Output.of(spec)::println);
        return ExitCodes.OK;
    }
}
