package io.twinstream.deploy.cli.service;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.deploy.cli.training.EvaluateCommand;
import io.twinstream.deploy.cli.training.TrainCommand;
import io.twinstream.deploy.cli.training.TrainingScreen;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.trainer.network.TrainingDevice;
import io.twinstream.trainer.service.DjlTrainer;
import io.twinstream.trainer.service.TrainerService;
import io.twinstream.trainer.settings.TrainerSettings;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the trainer until a signal comes. It is also the group of {@code trainer train} and {@code trainer evaluate}. */
@Command(
        name = "trainer",
        description = "Runs the trainer: trains what is asked for over HTTP and on the topic, one run at a time, and "
                + "publishes models that are not worse than the serving one. With a subcommand it runs that alone.",
        footer = "  twinstream trainer --set trainer.data.root=/data/images --set trainer.work.dir=/data/runs",
        subcommands = {TrainCommand.class, EvaluateCommand.class})
public final class TrainerCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Override
    public Integer call() throws Exception {
        TrainerSettings settings = options.read(TrainerSettings::of);
        TrainingDevice device = TrainingDevice.find(settings.device());
        Cluster.awaitTopics(options.read(AccessSettings::of), settings.http(), ClusterUser.TRAINER);
        // Only now: Kafka would warn again and again of the broker whose absence is said once.
        ServiceProcess.log();
        PrintWriter err = Objects.requireNonNull(spec, "spec").commandLine().getErr();
        return ServiceProcess.run(
                TrainerService.STOP,
                Output.of(spec),
                port -> "trainer: takes requests at " + settings.http().url(port),
                () -> TrainerService.start(
                        settings,
                        new DjlTrainer(
                                KafkaClients.of(settings.common()),
                                settings.common().topics(),
                                device),
                        (title, steps) -> {
                            err.println("training " + title);
                            err.flush();
                            return TrainingScreen.open(err, steps);
                        }));
    }
}
