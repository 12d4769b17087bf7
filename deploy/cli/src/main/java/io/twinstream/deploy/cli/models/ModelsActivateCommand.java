package io.twinstream.deploy.cli.models;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.verifier.control.ModelControl;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lets a version serve. */
@Command(
        name = "activate",
        description =
                "Lets a version judge all probes that come from some time on: 2 s from now, or as --in or --at say.",
        footer = {
            "  twinstream models activate letters/2 --reason 'better on the left hand'",
            "  twinstream models activate letters/2 --at 2024-02-29T03:00:00+01:00 --reason 'at night'"
        })
public final class ModelsActivateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ControlOptions cluster = new ControlOptions();

    @Mixin
    private VersionOrderOptions order = new VersionOrderOptions();

    @Parameters(paramLabel = "NAME/VERSION", description = ControlOptions.VERSION)
    private String model = "";

    @Override
    public Integer call() throws Exception {
        ModelControl control = cluster.control();
        ModelId version = control.resolve(model);
        order.give((when, reason, by, force) -> control.activate(version, when, reason, by, force))
                .forEach(Output.of(spec)::println);
        return ExitCodes.OK;
    }
}
