package io.twinstream.deploy.cli.service;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs a verifier until a signal comes. */
@Command(
        name = "verifier",
        description =
                "Runs a verifier, which takes probes and writes verdicts. Start as many as you like: they share the work.",
        footer = "  twinstream verifier --config twinstream.properties --set verifier.provider=cuda")
public final class VerifierCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Override
    public Integer call() throws Exception {
        VerifierSettings settings = options.read(VerifierSettings::of);
        Cluster.awaitTopics(options.read(AccessSettings::of), settings.http(), ClusterUser.VERIFIER);
        // Only now: Kafka would warn again and again of the broker whose absence is said once.
        ServiceProcess.log();
        return ServiceProcess.run(
                VerifierService.STOP,
                Output.of(spec),
                port -> "verifier: page at " + settings.http().url(port),
                () -> VerifierService.start(settings));
    }
}
