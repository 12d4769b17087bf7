package io.twinstream.deploy.cli.models;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.verifier.control.ModelControl;
import io.twinstream.verifier.control.ModelSummary;
import java.util.List;
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
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--json", description = "Print one JSON object a version.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        AccessSettings settings = options.read(AccessSettings::of);
        Cluster.requireTopics(settings, ClusterUser.OPERATOR);
        List<ModelSummary> models = new ModelControl(
                        KafkaClients.of(settings.common()), settings.common().topics())
                .list();
        Output out = Output.of(spec);
        if (json) {
            models.forEach(out::json);
        } else {
            ModelLines.of(models).forEach(out::println);
        }
        return ExitCodes.OK;
    }
}
