package io.twinstream.deploy.cli.setup;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.AccessTable;
import io.twinstream.deploy.acl.AclText;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.acl.Grant;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints or creates what services may do on Kafka. */
@Command(
        name = "acls",
        description = {
            "Prints the ACLs that each service needs under these settings, and no more.",
            "Services are ingest (with enrol, submit), verifier (replay), trainer (train --images topic:), "
                    + "operator (models, publish, watch) and setup (topics)."
        },
        footer = {
            "  twinstream acls verifier --principal User:CN=verifier --config twinstream.properties",
            "  twinstream acls --format strimzi --cluster my-cluster | kubectl apply -f -"
        })
public final class AclsCommand implements Callable<Integer> {
    /** These are the forms that ACLs are printed in. */
    enum Format {
        COMMANDS,
        STRIMZI,
        MARKDOWN
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Parameters(paramLabel = "SERVICE", description = "Services whose ACLs are printed; without any, those of all.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--principal",
            paramLabel = "TYPE:NAME",
            description = "The service's principal on the cluster (default: User:twinstream-SERVICE).")
    private @Nullable String principal;

    @Option(
            names = "--format",
            paramLabel = "commands|strimzi|markdown",
            defaultValue = "commands",
            description =
                    "Print calls of kafka-acls.sh, KafkaUser resources for Strimzi, or the table of the documentation "
                            + "(default: ${DEFAULT-VALUE}).")
    private Format format = Format.COMMANDS;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = "twinstream",
            description = "Strimzi's name of the cluster (default: ${DEFAULT-VALUE}).")
    private String cluster = "";

    @Option(
            names = "--apply",
            description = "Create the ACLs on the cluster, which needs ALTER on it, and print nothing.")
    private boolean apply;

    @Override
    public Integer call() throws Exception {
        AccessSettings settings = options.read(AccessSettings::of);
        if (principal != null && names.size() != 1) {
            throw new CommandException(ExitCodes.USAGE, "--principal is of one service: name it");
        }
        List<ClusterUser> wanted = names.isEmpty()
                ? List.of(ClusterUser.values())
                : names.stream().map(AclsCommand::service).distinct().toList();
        if (apply) {
            create(settings, wanted);
            return ExitCodes.OK;
        }
        Output out = Output.of(spec);
        if (format == Format.MARKDOWN) {
            out.println("| user | resource | name | operations | what for |");
            out.println("|---|---|---|---|---|");
        }
        wanted.forEach(service -> lines(service, settings).forEach(out::println));
        return ExitCodes.OK;
    }

    /** Reads a name of a user, since Picocli's own conversion would call another name an unmatched argument. */
    private static ClusterUser service(String name) {
        return Arrays.stream(ClusterUser.values())
                .filter(each -> each.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new CommandException(
                        ExitCodes.USAGE,
                        "there is no service '%s': choose one of %s"
                                .formatted(name, Arrays.toString(ClusterUser.values()))));
    }

    private Stream<String> lines(ClusterUser service, AccessSettings settings) {
        List<Grant> grants = AccessTable.of(service, settings);
        return switch (format) {
            case COMMANDS -> AclText.commands(settings.common().bootstrap(), principal(service), grants);
            case STRIMZI -> AclText.strimzi(cluster, principal(service).replaceFirst("^User:", ""), grants);
            case MARKDOWN -> AclText.markdown(service, grants);
        };
    }

    private void create(AccessSettings settings, List<ClusterUser> wanted) throws Exception {
        try (Admin admin = Cluster.require(settings.common())) {
            admin.createAcls(wanted.stream()
                            .flatMap(service -> AccessTable.of(service, settings).stream()
                                    .flatMap(grant -> grant.bindings(principal(service))))
                            .toList())
                    .all()
                    .get();
        }
    }

    private String principal(ClusterUser service) {
        return principal == null ? "User:twinstream-" + service : principal;
    }
}
