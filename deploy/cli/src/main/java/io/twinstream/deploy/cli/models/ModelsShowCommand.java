package io.twinstream.deploy.cli.models;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.verifier.control.ModelControl;
import io.twinstream.verifier.control.ModelDetails;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows one model version. */
@Command(
        name = "show",
        description =
                "Shows all that is known of a model version: its measures, its FMR table, where it comes from, its "
                        + "activations, and how far each verifier is with it.",
        footer = "  twinstream models show letters/2 --json")
public final class ModelsShowCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ControlOptions cluster = new ControlOptions();

    @Parameters(paramLabel = "NAME/VERSION", description = ControlOptions.VERSION)
    private String model = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        ModelControl control = cluster.control();
        ModelDetails details = control.show(control.resolve(model));
        Output out = Output.of(spec);
        if (json) {
            out.json(details);
        } else {
            ModelLines.of(details).forEach(out::println);
        }
        ControlOptions.warn(spec, details.mayBeMissing());
        return ExitCodes.OK;
    }
}
