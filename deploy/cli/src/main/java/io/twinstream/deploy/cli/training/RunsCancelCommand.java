package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Cancels a training run. */
@Command(
        name = "cancel",
        description = "Cancels a run, whether it waits or learns; it ends within a step.",
        footer = "  twinstream runs cancel night-2")
public final class RunsCancelCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private TrainerClientOptions trainer = new TrainerClientOptions();

    @Parameters(paramLabel = "RUN", description = "The run's id, as 'runs list' shows it.")
    private String run = "";

    @Override
    public Integer call() throws InterruptedException {
        Output.of(spec)
                .println("run %s is being cancelled"
                        .formatted(trainer.delete(run).path("id").asText()));
        return ExitCodes.OK;
    }
}
