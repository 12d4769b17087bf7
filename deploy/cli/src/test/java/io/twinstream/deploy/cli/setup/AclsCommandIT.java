package io.twinstream.deploy.cli.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.AccessTable;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.SecureCluster;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AclsCommandIT {
    private SecureCluster cluster;

    @BeforeAll
    void start() throws Exception {
        cluster = new SecureCluster();
        assertEquals(ExitCodes.OK, run(SecureCluster.ADMIN, "topics", "create").exitCode());
    }

    @AfterAll
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void whatIsAppliedIsEnough() {
        Ran applied = run(SecureCluster.ADMIN, "acls", "operator", "--principal", "User:u1", "--apply");
        Ran listed = run("u1", "models", "list");

        assertEquals(ExitCodes.OK, applied.exitCode(), applied.err());
        assertEquals(ExitCodes.OK, listed.exitCode(), listed.err());
    }

    @Test
    void aServiceThatLacksARightSaysWhich() {
        Ran ran = run("u2", "verifier", "--set", "verifier.http.port=0");

        assertEquals(ExitCodes.FAILURE, ran.exitCode());
        assertEquals(
                "twinstream: the user lacks READ on the topic acls.probes: 'twinstream acls verifier' prints what it needs",
                ran.err().strip());
    }

    @Test
    void aRightOnAGroupOrOnTransactionalIdsIsMissedToo() throws Exception {
        allowAllBut(ResourceType.GROUP, ClusterUser.TRAINER, "u3");
        allowAllBut(ResourceType.TRANSACTIONAL_ID, ClusterUser.OPERATOR, "u4");

        assertEquals(
                "twinstream: the user lacks READ on the group twinstream-trainer: 'twinstream acls trainer' prints what it needs",
                run("u3", "trainer", "--set", "trainer.http.port=0").err().strip());
        assertEquals(
                "twinstream: the user lacks WRITE on the transactional ids that begin with acls-publish-: 'twinstream acls operator' prints what it needs",
                run("u4", "models", "list").err().strip());
    }

    @Test
    void aCommandThatIsRefusedSaysWhatToDo() {
        Ran ran = run("u2", "topics", "create");

        assertEquals(ExitCodes.FAILURE, ran.exitCode());
        assertEquals(
                "twinstream: the topic acls.probes can't be set up: Authorization failed: 'twinstream acls' prints what the user of each service needs",
                ran.err().strip());
    }

    private void allowAllBut(ResourceType type, ClusterUser service, String user) throws Exception {
        cluster.allow(AccessTable.of(service, AccessSettings.of(cluster.settings(user, "acls"))).stream()
                .filter(grant -> grant.resource().resourceType() != type)
                .flatMap(grant -> grant.bindings("User:" + user))
                .toList());
    }

    private Ran run(String user, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        cluster.settings(user, "acls").originalsStrings().forEach((key, value) -> {
            arguments.add("--set");
            arguments.add(key + "=" + value);
        });
        return Ran.run(arguments.toArray(String[]::new));
    }
}
