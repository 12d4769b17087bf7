package io.twinstream.deploy.cli.models;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.verifier.control.ModelControl;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a version into the shadow, or empties it. */
@Command(
        name = "shadow",
        description =
                "Lets a second version score the same probes. Verdicts carry what it would have said, and it decides "
                        + "nothing.",
        footer = {
            "  twinstream models shadow letters/3 --reason 'a week beside letters/2'",
            "  twinstream models shadow none --reason 'seen enough'"
        })
public final class ModelsShadowCommand implements Callable<Integer> {
    private static final String NONE = "none";

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ControlOptions cluster = new ControlOptions();

    @Mixin
    private VersionOrderOptions order = new VersionOrderOptions();

    @Parameters(paramLabel = "NAME/VERSION|none", description = ControlOptions.VERSION + " 'none' empties the shadow.")
    private String model = "";

    @Override
    public Integer call() throws Exception {
        ModelControl control = cluster.control();
        Optional<ModelId> version = model.equals(NONE) ? Optional.empty() : Optional.of(control.resolve(model));
        order.give((when, reason, by, force) -> control.shadow(version, when, reason, by, force))
                .forEach(Output.of(spec)::println);
        return ExitCodes.OK;
    }
}
