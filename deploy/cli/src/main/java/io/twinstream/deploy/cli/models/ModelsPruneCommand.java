package io.twinstream.deploy.cli.models;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.trainer.publish.ModelPruning;
import io.twinstream.trainer.publish.ModelPruning.PruneDecision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Removes old versions. */
@Command(
        name = "prune",
        description =
                "Removes old versions of published models, for good. The newest stay. So does any version that serves, is "
                        + "about to, is the shadow, served before the present one, or served within the last hour.",
        footer = {"  twinstream models prune --dry-run", "  twinstream models prune --keep 5 --name letters"})
public final class ModelsPruneCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of the newest versions of each name that stay (default: ${DEFAULT-VALUE}).")
    private int keep;

    @Option(names = "--name", paramLabel = "NAME", description = "Prune versions of this name only.")
    private @Nullable String name;

    @Option(names = "--dry-run", description = "Only say what would be removed.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print one JSON object a version.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        AccessSettings settings = options.read(AccessSettings::of);
        if (keep < 1) {
            throw new CommandException(ExitCodes.USAGE, "--keep must be at least 1, was " + keep);
        }
        Cluster.requireTopics(settings, ClusterUser.OPERATOR);
        ModelPruning pruning = new ModelPruning(
                KafkaClients.of(settings.common()), settings.common().topics());
        List<PruneDecision> plan = pruning.plan(keep, name);
        if (plan.isEmpty() && !json) {
            Output.of(spec).println("no version%s is published".formatted(name == null ? "" : " of " + name));
        }
        for (PruneDecision planned : plan) {
            print(dryRun ? planned : pruning.remove(planned));
        }
        return ExitCodes.OK;
    }

    private void print(PruneDecision decision) {
        Output out = Output.of(spec);
        String model = decision.release().getName();
        String version = decision.release().getVersion();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", model);
            fields.put("version", version);
            fields.put("removed", decision.goes() && !dryRun);
            fields.put("keptBecause", decision.keptBecause());
            fields.put("bytes", decision.release().getPackageBytes());
            out.json(fields);
        } else if (decision.goes()) {
            out.println("%s %s/%s, %d bytes, published %s"
                    .formatted(
                            dryRun ? "would remove" : "removed",
                            model,
                            version,
                            decision.release().getPackageBytes(),
                            decision.release().getPublishedAt()));
        } else {
            out.println("kept %s/%s: %s".formatted(model, version, decision.keptBecause()));
        }
    }
}
