package io.twinstream.deploy.cli.models;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.kafka.KafkaClients;
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
    private SettingsOptions options = new SettingsOptions();

    @Parameters(
            paramLabel = "NAME/VERSION",
            description = "The version; VERSION alone will do where just one name has it.")
    private String model = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        AccessSettings settings = options.read(AccessSettings::of);
        Cluster.requireTopics(settings, ClusterUser.OPERATOR);
        ModelControl control = new ModelControl(
                KafkaClients.of(settings.common()), settings.common().topics());
        ModelDetails details = control.show(control.resolve(model));
        Output out = Output.of(spec);
        if (json) {
            out.json(details);
        } else {
            ModelLines.of(details).forEach(out::println);
        }
        return ExitCodes.OK;
    }
}
