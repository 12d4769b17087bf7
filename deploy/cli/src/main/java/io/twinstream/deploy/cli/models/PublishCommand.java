package io.twinstream.deploy.cli.models;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.publish.Gate.ValidationImages;
import io.twinstream.trainer.publish.GatedPublication;
import io.twinstream.trainer.publish.GatedPublication.PublishOrder;
import io.twinstream.trainer.publish.GatedPublication.PublishOutcome;
import io.twinstream.trainer.settings.PublishingSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes a model package. */
@Command(
        name = "publish",
        description = "Publishes a model package under its name and version, unless it is worse than the version that "
                + "serves. The same package published again changes nothing.",
        exitCodeList = {
            "0:published, now or before",
            "1:failed; the line on standard error says why",
            "2:wrong options, arguments or settings; nothing was done",
            "3:refused: the model is worse than the serving one",
            "4:no broker answers"
        },
        footer = {
            "  twinstream publish letters-2.zip --validation validation/",
            "  twinstream publish letters-2.zip --force 'the first with new pens'"
        })
public final class PublishCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Parameters(paramLabel = "PACKAGE", description = "Model package, as train --out writes it.")
    private Path file = Path.of("");

    @Option(
            names = "--validation",
            paramLabel = "FOLDER",
            description = "Images for the comparison with the serving model. Neither model may be trained on them.")
    private @Nullable Path validation;

    @Option(
            names = "--force",
            paramLabel = "REASON",
            description = "Publish without comparing; the release keeps the reason.")
    private @Nullable String force;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = options.settings();
        Path folder = validation;
        ValidationImages images = folder == null ? null : channels -> ImageSet.read(folder, channels);
        if (force != null && force.isBlank()) {
            throw new CommandException(ExitCodes.USAGE, "--force needs a reason");
        }
        Cluster.requireTopics(AccessSettings.of(settings), ClusterUser.OPERATOR);
        PublishOutcome outcome = new GatedPublication(
                        KafkaClients.of(CommonSettings.of(settings)),
                        CommonSettings.of(settings).topics(),
                        ModelSettings.of(settings),
                        PublishingSettings.of(settings))
                .publish(new PublishOrder(file, images, force, null));
        print(outcome);
        return outcome.kind() == PublishOutcome.PublishKind.REFUSED ? ExitCodes.NEGATIVE : ExitCodes.OK;
    }

    private void print(PublishOutcome outcome) {
        Output out = Output.of(spec);
        String name = outcome.manifest().name();
        String version = outcome.manifest().version();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", name);
            fields.put("version", version);
            fields.put("outcome", outcome.kind().name());
            fields.put("reason", outcome.line());
            fields.put("warnings", outcome.warnings());
            out.json(fields);
        } else {
            out.println("%s/%s %s: %s"
                    .formatted(name, version, outcome.kind().name().toLowerCase(Locale.ROOT), outcome.line()));
            outcome.warnings().forEach(warning -> out.println("warning: " + warning));
        }
    }
}
