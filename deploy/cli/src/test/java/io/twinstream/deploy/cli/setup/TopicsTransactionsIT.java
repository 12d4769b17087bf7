package io.twinstream.deploy.cli.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.ModelsRig;
import io.twinstream.deploy.testkit.OpenTransactor;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.kafka.OpenTransaction;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tests run beside each other on one broker, where who begins by an id ends another's transaction of this id: each has its own. */
@Execution(ExecutionMode.CONCURRENT)
class TopicsTransactionsIT {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final byte[] ANY = {1, 2, 3};

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @TempDir
    Path folder;

    @Test
    void whatHoldsReadersBackIsListedAndEndedWhereItIsNamed() throws Exception {
        Settings settings = prepare("listing");
        Topics topics = Wired.topics(settings);
        assertEquals(ExitCodes.OK, run(settings).exitCode());

        try (OpenTransactor dead = new OpenTransactor(settings, "import 7", LONG)) {
            dead.write(topics.references(), 0, "ann/1", ANY).write(topics.verdicts(), 1, "p", ANY);
        }
        Ran young = run(settings);
        Ran all = run(settings, "--all", "--json");
        Ran other = run(settings, "--abort", "import 8");
        Ran aborted = run(settings, "--abort", "import 7");

        assertEquals(ExitCodes.OK, young.exitCode(), young.out() + young.err());
        assertEquals(
                "no transaction has been open on a topic for 10 s or longer",
                young.out().trim());
        assertEquals(ExitCodes.NEGATIVE, all.exitCode(), all.err());
        List<JsonNode> listed = new JsonMapper()
                .readerFor(JsonNode.class)
                .<JsonNode>readValues(all.out())
                .readAll();
        assertEquals(2, listed.size(), all.out());
        assertEquals("listing.references", listed.get(0).get("topic").asText());
        assertEquals("import 7", listed.get(0).get("transactionalId").asText());
        assertEquals(LONG.toMillis(), listed.get(0).get("timeoutMs").asLong());
        assertEquals(1, listed.get(1).get("partition").asInt());
        assertEquals(ExitCodes.NEGATIVE, other.exitCode());
        assertTrue(other.err().contains("no open transaction 'import 8' holds a topic back"), other.err());
        assertEquals(ExitCodes.OK, aborted.exitCode(), aborted.err());
        assertTrue(aborted.out().contains("aborted import 7, readers of listing.references-0 go on"), aborted.out());
        assertEquals(ExitCodes.OK, run(settings, "--all").exitCode());
    }

    @Test
    void allTransactionsOfAPartitionAreListedAndTheOneBehindTheAbortedIsNamed() throws Exception {
        Settings settings = prepare("behind");
        Topics topics = Wired.topics(settings);
        TopicPartition partition = new TopicPartition(topics.references(), 0);
        try (OpenTransactor first = new OpenTransactor(settings, "first", LONG);
                OpenTransactor second = new OpenTransactor(settings, "second", LONG)) {
            first.write(partition.topic(), 0, "ann/1", ANY);
            second.write(partition.topic(), 0, "ann/2", ANY);

            Ran listed = run(settings, "--all");
            Ran aborted = run(settings, "--abort", partition.toString());
            Ran last = run(settings, "--abort", "second", "--json");

            List<String> lines = listed.out().lines().toList();
            assertEquals(2, lines.size(), listed.out());
            assertTrue(lines.get(0).contains("first"), listed.out());
            assertTrue(lines.get(1).contains("offset 1") && lines.get(1).contains("second"), listed.out());
            assertTrue(
                    aborted.out()
                            .startsWith(
                                    "aborted first, readers of behind.references-0 now stop at offset 1, where a transaction of second"),
                    aborted.out() + aborted.err());
            JsonNode json = new JsonMapper().readTree(last.out());
            assertEquals("second", json.path("transactionalId").asText(), last.out() + last.err());
            assertTrue(json.has("next") && json.path("next").isNull(), last.out());
            assertEquals(ExitCodes.OK, run(settings, "--all").exitCode());
        }
    }

    @Test
    void aProducerThatIsAliveIsFencedOut() throws Exception {
        Settings settings = prepare("fenced");
        Topics topics = Wired.topics(settings);
        try (OpenTransactor alive = new OpenTransactor(settings, "alive", LONG)) {
            alive.write(topics.modelActivations(), 0, "SERVING", ANY);

            Ran aborted = run(settings, "--abort", topics.modelActivations() + "-0");

            assertEquals(ExitCodes.OK, aborted.exitCode(), aborted.err());
            Awaitility.await().until(() -> {
                try {
                    alive.commit();
                    return false;
                } catch (RuntimeException e) {
                    return true;
                }
            });
        }
    }

    @Test
    void oneThatNoCoordinatorNamesIsEndedOnItsPartition() throws Exception {
        Settings settings = prepare("hanging");
        TopicPartition partition = new TopicPartition(Wired.topics(settings).references(), 0);
        try (OpenTransactor dead = new OpenTransactor(settings, "hangs", LONG);
                Admin admin = Admin.create(settings.kafka())) {
            dead.write(partition.topic(), 0, "ann/1", ANY);
            OpenTransactions transactions = new OpenTransactions(admin);
            OpenTransaction known =
                    transactions.of(transactions.heldBack(List.of(partition))).get(0);
            OpenTransaction unnamed = new OpenTransaction(
                    partition,
                    known.offset(),
                    known.since(),
                    known.producerId(),
                    known.producerEpoch(),
                    known.coordinatorEpoch(),
                    Optional.empty(),
                    Optional.empty());

            transactions.abort(unnamed);

            Awaitility.await()
                    .until(() -> transactions.heldBack(List.of(partition)).isEmpty());
        }
    }

    @Test
    void aRollbackThatIsHeldOffSaysWithinSecondsWhoseTransactionItIs() throws Exception {
        ModelsRig rig = ModelsRig.prepare(broker, "heldoff", folder);
        Topics topics = Wired.topics(rig.settings());
        rig.run("models", "activate", "letters/1", "--reason", "a test");
        rig.run("models", "activate", "letters/2", "--reason", "a test");
        try (OpenTransactor foreign = new OpenTransactor(rig.settings(), "foreign-publisher", LONG)) {
            foreign.write(topics.modelActivations(), 0, "SERVING", ANY);
            long start = System.nanoTime();

            Ran held = rig.run("models", "rollback", "--reason", "a test");

            assertTrue(System.nanoTime() - start < Duration.ofSeconds(20).toNanos());
            assertEquals(ExitCodes.FAILURE, held.exitCode());
            assertEquals(1, held.err().lines().count(), held.err());
            assertTrue(
                    held.err().contains("the topic heldoff.model-activations could not be read to the end within 10 s"),
                    held.err());
            assertTrue(
                    held.err().contains("'twinstream topics transactions --abort foreign-publisher' ends it"),
                    held.err());
            assertEquals(
                    ExitCodes.OK,
                    run(rig.settings(), "--abort", "foreign-publisher").exitCode());
            Ran back = rig.run("models", "rollback", "--reason", "a test");
            assertTrue(back.out().startsWith("letters/1 serves from "), back.out() + back.err());
        }
    }

    @Test
    void whoWaitsForAVerdictLearnsWhoseTransactionHoldsTheProbesBack() throws Exception {
        Settings settings = prepare("heldprobes");
        Path picture = Files.write(folder.resolve("a.png"), new DrawnCharacters(3).png(1, 1));
        try (OpenTransactor foreign = new OpenTransactor(settings, "foreign-gate", LONG)) {
            foreign.write(Wired.topics(settings).probes(), 0, "gate", ANY);

            Ran held = Ran.on(
                    settings, "submit", picture.toString(), "--wait", "2s", "--set", "topics.held.after.ms=1000");

            assertEquals(ExitCodes.FAILURE, held.exitCode());
            assertTrue(held.err().contains("1 of 1 verdicts have not come within 2 s"), held.err());
            assertTrue(
                    held.err().contains("'twinstream topics transactions --abort foreign-gate' ends it"), held.err());

            assertEquals(ExitCodes.OK, run(settings, "--abort", "foreign-gate").exitCode());
            Ran free = Ran.on(settings, "submit", picture.toString(), "--wait", "1s");
            assertTrue(free.err().contains("does a verifier run?"), free.err());
        }
    }

    @Test
    void whatVerifiersReportMayBeHeldAndOrdersAndListsGoOnAndSaySo() throws Exception {
        ModelsRig rig = ModelsRig.prepare(broker, "heldreports", folder);
        Topics topics = Wired.topics(rig.settings());
        rig.report("gate-1:8081", "2", VersionState.REFUSED);
        try (OpenTransactor foreign = new OpenTransactor(rig.settings(), "foreign-verifier", LONG)) {
            foreign.write(topics.modelStates(), 0, "nobody", ANY);

            Ran activated = rig.run("models", "activate", "letters/1", "--reason", "a test");
            Ran refused = rig.run("models", "activate", "letters/2", "--reason", "a test");
            Ran listed = rig.run("models", "list");
            Ran unknown = rig.run("models", "show", "letters/9");

            String warning =
                    "warning: what verifiers have reported last may be missing: the topic heldreports.model-states";
            assertEquals(ExitCodes.OK, activated.exitCode(), activated.err());
            assertTrue(activated.out().contains(warning), activated.out());
            // What was reported before the transaction still counts.
            assertTrue(refused.err().contains("gate-1:8081 refuses letters/2"), refused.err());
            assertEquals(ExitCodes.OK, listed.exitCode(), listed.err());
            assertTrue(listed.out().contains("gate-1:8081"), listed.out());
            assertTrue(listed.err().startsWith(warning), listed.err());
            assertTrue(listed.err().contains("--abort foreign-verifier' ends it"), listed.err());
            assertEquals(ExitCodes.FAILURE, unknown.exitCode());
            assertTrue(unknown.err().contains("whether there is letters/9 can't be said"), unknown.err());
        }
    }

    private static Settings prepare(String prefix) throws Exception {
        return broker.prepare(prefix, Map.of());
    }

    private static Ran run(Settings settings, String... options) {
        return Ran.on(
                settings,
                Stream.concat(Stream.of("topics", "transactions"), Stream.of(options))
                        .toArray(String[]::new));
    }
}
