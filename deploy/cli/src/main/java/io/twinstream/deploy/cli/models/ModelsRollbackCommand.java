package io.twinstream.deploy.cli.models;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.verifier.control.ModelControl;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lets the version serve that served before. */
@Command(
        name = "rollback",
        description =
                "Goes back to the version that served before the present one: it judges again 2 s from now. Activations that were to "
                        + "take effect after that are cancelled.",
        exitCodeList = {
            "0:written",
            "1:failed; the line on standard error says why",
            "2:wrong options, arguments or settings; nothing was done",
            "3:refused: what is known of the versions speaks against it; nothing was done",
            "4:no broker answers"
        },
        footer = "  twinstream models rollback --reason 'too many false matches'")
public final class ModelsRollbackCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "The reason, which is kept on record.")
    private String reason = "";

    @Override
    public Integer call() throws Exception {
        AccessSettings settings = options.read(AccessSettings::of);
        Cluster.requireTopics(settings, ClusterUser.OPERATOR);
        OutcomeLines.of(new ModelControl(
                                KafkaClients.of(settings.common()),
                                settings.common().topics())
                        .rollback(reason, CommandUser.name()))
                .forEach(Output.of(spec)::println);
        return ExitCodes.OK;
    }
}
