package io.twinstream.deploy.cli.models;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.verifier.control.ActivationOutcome;
import io.twinstream.verifier.control.ModelControl;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lets a version serve. */
@Command(
        name = "activate",
        description = "Lets a version judge the probes that the brokers append from a time on.",
        exitCodeList = {
            "0:written",
            "1:failed; the line on standard error says why",
            "2:wrong options, arguments or settings; nothing was done",
            "3:refused: what is known of the versions speaks against it; nothing was done",
            "4:no broker answers"
        },
        footer = {
            "  twinstream models activate letters/2 --reason 'better on the left hand'",
            "  twinstream models activate letters/2 --at 2024-02-29T03:00:00+01:00 --reason 'at night'"
        })
public final class ModelsActivateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Mixin
    private EffectiveTimeOptions when = new EffectiveTimeOptions();

    @Parameters(
            paramLabel = "NAME/VERSION",
            description = "The version; VERSION alone will do where just one name has it.")
    private String model = "";

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "The reason, which is kept on record.")
    private String reason = "";

    @Option(names = "--force", description = "Give the order even where a running verifier has refused the version.")
    private boolean force;

    @Override
    public Integer call() throws Exception {
        AccessSettings settings = options.read(AccessSettings::of);
        Cluster.requireTopics(settings, ClusterUser.OPERATOR);
        ModelControl control = new ModelControl(
                KafkaClients.of(settings.common()), settings.common().topics());
        ActivationOutcome outcome =
                control.activate(control.resolve(model), when.when(), reason, CommandUser.name(), force);
        OutcomeLines.of(outcome).forEach(Output.of(spec)::println);
        return ExitCodes.OK;
    }
}
