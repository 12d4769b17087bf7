package io.twinstream.deploy.cli.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.testkit.Ran;
import org.junit.jupiter.api.Test;

class AclsCommandTest {
    @Test
    void namesFollowTheSettings() {
        Ran ran = Ran.run(
                "acls",
                "verifier",
                "--set",
                "topic.prefix=eu",
                "--set",
                "verifier.group=judges",
                "--bootstrap",
                "k:9093");

        assertTrue(
                ran.out()
                        .contains(
                                "kafka-acls.sh --bootstrap-server k:9093 --command-config admin.properties --add --allow-principal 'User:twinstream-verifier' --operation Write --operation Read --operation DescribeConfigs --resource-pattern-type literal --topic 'eu.verdicts'"),
                ran.out());
        assertTrue(ran.out().contains("--resource-pattern-type prefixed --topic 'judges-windows-'"), ran.out());
        assertTrue(ran.out().contains("--resource-pattern-type prefixed --transactional-id 'judges-'"), ran.out());
    }

    @Test
    void whatIsSwitchedOffNeedsNothing() {
        Ran ran = Ran.run(
                "acls", "verifier", "--set", "verifier.windows=false", "--set", "verifier.guarantee=at_least_once");

        assertTrue(!ran.out().contains("windows") && !ran.out().contains("--transactional-id"), ran.out());
    }

    @Test
    void aGalleryInShardsHasTheGroupsOfAllOfThemAndWhatMergingTakes() {
        Ran ran =
                Ran.run("acls", "verifier", "--set", "verifier.gallery.shards=2", "--set", "verifier.gallery.shard=1");

        assertTrue(ran.out().contains("--group 'twinstream-verifier-shard-0-of-2'"), ran.out());
        assertTrue(ran.out().contains("--group 'twinstream-verifier-shard-1-of-2'"), ran.out());
        assertTrue(ran.out().contains("--group 'twinstream-verifier-merge'"), ran.out());
        assertTrue(ran.out().contains("--topic 'twinstream.partial-verdicts'"), ran.out());
        assertTrue(ran.out().contains("prefixed --topic 'twinstream-verifier-merge-'"), ran.out());
        assertFalse(ran.out().contains("--group 'twinstream-verifier'"), ran.out());
    }

    @Test
    void aUserForStrimziHasTheNameOfThePrincipal() {
        Ran ran = Ran.run("acls", "setup", "--principal", "User:builder", "--format", "strimzi", "--cluster", "blue");

        assertEquals("""
                ---
                apiVersion: kafka.strimzi.io/v1
                kind: KafkaUser
                metadata:
                  name: builder
                  labels:
                    strimzi.io/cluster: blue
                spec:
                  authentication:
                    type: scram-sha-512
                  authorization:
                    type: simple
                    acls:
                      - resource:
                          type: topic
                          name: twinstream.
                          patternType: prefix
                        operations: [Create, Describe, DescribeConfigs]
                      - resource:
                          type: transactionalId
                          name: '*'
                          patternType: literal
                        operations: [Write]
                """, ran.out());
    }

    @Test
    void onePrincipalIsNotSeveralServices() {
        Ran ran = Ran.run("acls", "--principal", "User:everybody");

        assertEquals(ExitCodes.USAGE, ran.exitCode());
        assertEquals(
                "twinstream: --principal is of one service: name it", ran.err().strip());
    }

    @Test
    void aServiceThatIsNoneIsRefusedWithThoseThatAre() {
        Ran ran = Ran.run("acls", "nobody");

        assertEquals(2, ran.exitCode());
        assertEquals(
                "twinstream: there is no service 'nobody': choose one of [ingest, verifier, trainer, operator, setup]",
                ran.err().strip());
    }
}
