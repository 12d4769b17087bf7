package io.twinstream.deploy.cli.models;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.verifier.control.ModelControl.ModelList;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the model versions. */
@Command(
        name = "list",
        description = "Lists the model versions: what they are, what they do, and how far each verifier is with them.",
        footer = "  twinstream models list --json")
public final class ModelsListCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ControlOptions cluster = new ControlOptions();

    @Option(names = "--json", description = "Print one JSON object a version.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        ModelList list = cluster.control().list();
        Output out = Output.of(spec);
        if (json) {
            list.models().forEach(out::json);
        } else {
            ModelLines.of(list.models()).forEach(out::println);
        }
        ControlOptions.warn(spec, list.mayBeMissing());
        return ExitCodes.OK;
    }
}
