package io.twinstream.deploy.acceptance.security;

import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.AccessTable;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.acl.Grant;
import io.twinstream.deploy.testkit.DenialLog;
import io.twinstream.deploy.testkit.DenialLog.Denial;
import io.twinstream.deploy.testkit.SecureCluster;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;

/**
 * Tries a service's whole work by a user of its own with all of the service's rights, or all but one.
 *
 * @param protocol rebalance protocol of a verifier's groups
 * @param lacking place of the right that is taken away among the service's; -1 for none
 */
record Trial(ClusterUser service, String user, String protocol, int lacking) {
    private static final Duration WITH_ALL_RIGHTS = Duration.ofMinutes(2);
    /** Time to wait where a right is lacking, since that mostly shows only by waiting in vain. */
    private static final Duration WITHOUT_ONE = Duration.ofSeconds(30);

    private static final Map<ClusterUser, Duty> DUTIES = Map.of(
            ClusterUser.INGEST, new IngestDuty(),
            ClusterUser.VERIFIER, new VerifierDuty(),
            ClusterUser.TRAINER, new TrainerDuty(),
            ClusterUser.OPERATOR, new OperatorDuty(),
            ClusterUser.SETUP, new SetupDuty());

    /** Runs the trial, and returns whether it came out as it has to, and in one line how. */
    Result run(SecureCluster cluster, Path folder) throws Exception {
        Settings own = settings(cluster, user, folder);
        Settings admin = settings(cluster, SecureCluster.ADMIN, folder);
        if (service != ClusterUser.SETUP) {
            try (Admin client = Admin.create(admin.kafka())) {
                new TopicCreation(client).create(Wired.topics(admin).all());
            }
        }
        List<AclBinding> bindings = new ArrayList<>(bindings(service, user, own));
        AclBinding without = lacking < 0 ? null : bindings.remove(lacking);
        cluster.allow(bindings);
        long began = System.nanoTime();
        String failure = "";
        try {
            DUTIES.get(service).perform(new Tenant(user, own, admin, lacking < 0 ? WITH_ALL_RIGHTS : WITHOUT_ONE));
        } catch (Exception e) {
            failure = String.valueOf(e).lines().findFirst().orElse("");
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        List<Denial> denied = DenialLog.of(user);
        boolean asExpected = without == null
                ? failure.isEmpty() && denied.isEmpty()
                : !failure.isEmpty() && denied.stream().anyMatch(each -> isOf(each, without));
        return new Result(
                asExpected,
                "%s %s: %s after %.1f s; denied %s"
                        .formatted(
                                service,
                                without == null
                                        ? "with all its rights"
                                        : "without %s on %s"
                                                .formatted(
                                                        without.entry().operation(),
                                                        without.pattern().name()),
                                failure.isEmpty() ? "did all its work" : failure,
                                seconds,
                                denied.stream()
                                        .map(each -> each.operation() + " "
                                                + each.resource().name())
                                        .toList()));
    }

    static List<AclBinding> bindings(ClusterUser service, String user, Settings settings) {
        return AccessTable.of(service, AccessSettings.of(settings)).stream()
                .flatMap((Grant grant) -> grant.bindings("User:" + user))
                .toList();
    }

    /** Returns whether a denial is of this right. Where nothing else allows it, a resource's description is denied first. */
    private static boolean isOf(Denial denial, AclBinding right) {
        ResourcePattern resource = right.pattern();
        boolean isThere = resource.patternType() == PatternType.PREFIXED
                ? denial.resource().name().startsWith(resource.name())
                : List.of(denial.resource().name(), ResourcePattern.WILDCARD_RESOURCE)
                        .contains(resource.name());
        return isThere
                && denial.resource().resourceType() == resource.resourceType()
                && (denial.operation() == right.entry().operation() || denial.operation() == AclOperation.DESCRIBE);
    }

    private Settings settings(SecureCluster cluster, String as, Path folder) {
        return cluster.settings(
                as,
                user,
                "ingest.http.port",
                "0",
                "verifier.group",
                user + "-judge",
                "verifier.group.protocol",
                protocol,
                "verifier.http.port",
                "0",
                "verifier.threads",
                "1",
                "verifier.window.sizes.ms",
                "1000",
                "verifier.state.dir",
                folder.resolve(user + "-state").toString(),
                "models.cache.dir",
                folder.resolve(as + user + "-models").toString(),
                "trainer.group",
                user + "-train",
                "trainer.http.port",
                "0",
                "trainer.work.dir",
                folder.resolve(user + "-work").toString(),
                "kafka.repartition.purge.interval.ms",
                "1000");
    }
}
