package io.twinstream.deploy.cli.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists training runs. */
@Command(
        name = "list",
        description = "Lists the runs that the trainer knows, in the order in which they were asked for.",
        footer = "  twinstream runs list --json")
public final class RunsListCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private TrainerClientOptions trainer = new TrainerClientOptions();

    @Option(names = "--json", description = "Print one JSON object a run.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Output out = Output.of(spec);
        for (JsonNode run : trainer.get("").path("runs")) {
            if (json) {
                out.json(run);
            } else {
                out.println(line(run));
            }
        }
        return ExitCodes.OK;
    }

    private static String line(JsonNode run) {
        String reason = run.path("reason").asText("");
        return "%s  %s  %s  %s, step %d of %d%s"
                .formatted(
                        run.path("id").asText(),
                        run.path("model").asText(),
                        run.path("architecture").asText(),
                        run.path("state").asText(),
                        run.path("step").asInt(),
                        run.path("steps").asInt(),
                        reason.isEmpty() ? "" : ": " + reason);
    }
}
