package io.twinstream.deploy.cli.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.testkit.ModelsRig;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.schemas.record.VersionState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ModelsCommandIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @TempDir
    Path folder;

    @Test
    void versionsAreActivatedRolledBackAndPutIntoTheShadow() throws Exception {
        ModelsRig rig = rig("orders");
        rig.report("gate-1:8081", "1", VersionState.READY);
        rig.report("gate-1:8081", "2", VersionState.BUILDING);

        Ran first = rig.run("models", "activate", "letters/1", "--reason", "the first");
        Ran second = rig.run("models", "activate", "2", "--in", "2s", "--reason", "a better one");
        Ran back = rig.run("models", "rollback", "--reason", "it was not");
        Ran later = rig.run("models", "activate", "letters/2", "--in", "10m", "--reason", "once more");
        Ran shadow = rig.run("models", "shadow", "2", "--reason", "let us see");
        Ran none = rig.run("models", "shadow", "none", "--in", "1h", "--reason", "seen enough");

        assertSays(first, "letters/1 serves from ");
        assertEquals(1, first.out().lines().count(), first.out());
        assertSays(second, "letters/2 serves from ");
        assertTrue(second.out().contains("warning: gate-1:8081 is BUILDING"), second.out());
        assertSays(back, "letters/1 serves from ");
        assertSays(later, "letters/2 serves from ");
        assertSays(shadow, "letters/2 is in the shadow from ");
        assertSays(none, "the shadow is empty from ");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> roles(rig, 0).contains("SERVING") && roles(rig, 1).contains("SHADOW"));
        assertEquals(List.of("SERVING"), roles(rig, 0));
        assertEquals(List.of("SHADOW", "PREDECESSOR", "PENDING_SERVING"), roles(rig, 1));
        Ran cancelling = rig.run("models", "rollback", "--reason", "stop that");
        assertSays(cancelling, "letters/2 serves from ");
        assertTrue(cancelling.out().contains("cancelled: letters/2 serves from "), cancelling.out());
    }

    @Test
    void aVersionThatAVerifierRefusedNeedsForce() throws Exception {
        ModelsRig rig = rig("refused");
        rig.report("gate-1:8081", "2", VersionState.READY);
        rig.report("gate-2:8081", "2", VersionState.REFUSED);

        Ran refused = rig.run("models", "activate", "letters/2", "--reason", "a test");
        Ran forced = rig.run("models", "activate", "letters/2", "--reason", "a test", "--force");

        assertEquals(ExitCodes.NEGATIVE, refused.exitCode());
        assertTrue(
                refused.err().startsWith("twinstream: gate-2:8081 refuses letters/2 (the model fails its self-test)"),
                refused.err());
        assertEquals(ExitCodes.OK, forced.exitCode(), forced.err());
        assertTrue(forced.out().contains("warning: gate-2:8081 is REFUSED"), forced.out());
        assertEquals(1, rig.show("letters/2").path("activations").size());
    }

    @Test
    void whatBreaksARuleIsOneLineAndWritesNothing() throws Exception {
        ModelsRig rig = rig("rules");

        Ran unknown = rig.run("models", "activate", "letters/9", "--reason", "a test");
        Ran past = rig.run("models", "activate", "1", "--at", "2020-01-01T00:00:00Z", "--reason", "a test");
        Ran soon = rig.run("models", "activate", "1", "--in", "1s", "--reason", "a test");
        Ran empty = rig.run("models", "activate", "1", "--reason", " ");
        Ran nothing = rig.run("models", "rollback", "--reason", "a test");

        assertEquals(ExitCodes.FAILURE, unknown.exitCode());
        assertEquals(ExitCodes.USAGE, past.exitCode());
        assertEquals(ExitCodes.USAGE, soon.exitCode());
        assertEquals(ExitCodes.USAGE, empty.exitCode());
        assertEquals(ExitCodes.NEGATIVE, nothing.exitCode());
        for (Ran each : List.of(unknown, past, soon, empty, nothing)) {
            assertEquals(1, each.err().lines().count(), each.err());
        }
        assertEquals(0, rig.show("letters/1").path("activations").size());
    }

    @Test
    void versionsAreListedWithWhatTheVerifiersThatRunReport() throws Exception {
        ModelsRig rig = rig("listed");
        Instant now = Instant.now();
        rig.report("gate-0:8081", "letters", "1", VersionState.READY, now.minusSeconds(60));
        rig.report("gate-1:8081", "letters", "1", VersionState.READY, now);
        rig.report("gate-1:8081", "own", "7", VersionState.READY, now);

        List<JsonNode> models = rig.list();
        JsonNode details = rig.show("letters/1");
        JsonNode own = rig.show("own/7");
        Ran text = rig.run("models", "list");
        Ran page = rig.run("models", "show", "letters/1");

        assertEquals(
                List.of("1", "2", "7"),
                models.stream().map(each -> each.path("version").textValue()).toList());
        JsonNode one = models.get(0);
        assertTrue(one.path("evaluation").path("eer").isNumber());
        assertTrue(one.path("packageBytes").asLong() > 100_000);
        assertEquals("not compared: a test", one.path("decision").textValue());
        assertEquals(1, one.path("instances").size(), "gate-0 is gone");
        assertEquals("gate-1:8081", one.at("/instances/0/instance").textValue());
        assertEquals("READY", one.at("/instances/0/state").textValue());
        assertEquals(1, one.at("/instances/0/unusableReferences").asInt());
        assertTrue(details.path("fmrTable").size() > 2);
        assertEquals(64, details.path("sha256").textValue().length());
        assertTrue(details.at("/training/trainedAt").isTextual());
        assertTrue(own.path("publishedAt").isNull());
        assertEquals("ab".repeat(32), own.path("sha256").textValue());
        assertTrue(text.out().contains("no activation is in effect"), text.out());
        assertTrue(text.out().contains("gate-1:8081") && !text.out().contains("gate-0:8081"), text.out());
        assertTrue(page.out().contains("threshold for FMR 0.01: "), page.out());
    }

    private ModelsRig rig(String prefix) throws Exception {
        return ModelsRig.prepare(broker, prefix, folder);
    }

    private static List<String> roles(ModelsRig rig, int model) throws Exception {
        return rig.list().get(model).path("roles").findValuesAsText("kind");
    }

    private static void assertSays(Ran ran, String beginning) {
        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
        assertTrue(ran.out().startsWith(beginning), ran.out());
    }
}
