package io.twinstream.deploy.cli.service;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs ingest until a signal comes. */
@Command(
        name = "ingest",
        description = "Runs ingest: takes images in over HTTP and, where ingest.folder is set, from a watched folder.",
        footer = "  twinstream ingest --set ingest.http.port=8080 --set ingest.folder=/data/in")
public final class IngestCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Override
    public Integer call() throws Exception {
        IngestSettings settings = options.read(IngestSettings::of);
        Cluster.awaitTopics(options.read(AccessSettings::of), settings.http(), ClusterUser.INGEST);
        // Only now: Kafka would warn again and again of the broker whose absence is said once.
        ServiceProcess.log();
        return ServiceProcess.run(
                IngestService.STOP,
                Output.of(spec),
                port -> "ingest: takes images at " + settings.http().url(port),
                () -> IngestService.start(settings));
    }
}
