package io.twinstream.deploy.cli.models;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.verifier.control.ModelControl;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** These options say on which cluster the versions are asked about or given orders. */
final class ControlOptions {
    /** Describes a parameter that names a version. */
    static final String VERSION = "The version; VERSION alone will do where just one name has it.";

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    /** Says on standard error what may be missing, so that standard output has the answer alone. */
    static void warn(@Nullable CommandSpec spec, List<String> mayBeMissing) {
        PrintWriter err = Objects.requireNonNull(spec, "spec").commandLine().getErr();
        mayBeMissing.forEach(line -> err.println("warning: " + line));
        err.flush();
    }

    /** Returns the control of the versions, once the cluster has answered with the topics and rights that it needs. */
    ModelControl control() throws IOException, InterruptedException {
        AccessSettings settings = options.read(AccessSettings::of);
        Cluster.requireTopics(settings, ClusterUser.OPERATOR);
        return new ModelControl(
                KafkaClients.of(settings.common()),
                settings.common().topics(),
                options.read(each -> ImpostorChoice.of(each.getString(ModelSettings.FMR_IMPOSTORS))));
    }
}
