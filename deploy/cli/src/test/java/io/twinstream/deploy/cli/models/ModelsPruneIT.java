package io.twinstream.deploy.cli.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.testkit.Packages;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ModelsPruneIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @TempDir
    Path folder;

    @Test
    void itSaysWhatItRemovesAndWhyTheRestStays() throws Exception {

        Settings settings = broker.settings("pruned", Map.of());
        Ran.on(settings, "topics", "create");
        Ran nothing = Ran.on(settings, "models", "prune");
        for (String version : List.of("1", "2", "3")) {
            Ran published = Ran.on(settings, "publish", write(version), "--force", "a test");
            assertEquals(ExitCodes.OK, published.exitCode(), published.err());
        }

        Ran dry = Ran.on(settings, "models", "prune", "--keep", "2", "--dry-run");
        Ran first = Ran.on(settings, "models", "prune", "--keep", "2");
        Ran again = Ran.on(settings, "models", "prune", "--keep", "2", "--json");

        assertEquals("no version is published", nothing.out().strip(), nothing.err());
        assertTrue(dry.out().startsWith("would remove letters/1, "), dry.out() + dry.err());
        assertTrue(first.out().startsWith("removed letters/1, "), first.out() + first.err());
        assertEquals(
                List.of("kept letters/2: is the newest but 1", "kept letters/3: is the newest"),
                first.out().lines().skip(1).toList());
        assertTrue(again.out().startsWith("{\"name\":\"letters\",\"version\":\"2\",\"removed\":false,"), again.out());
        assertEquals(2, again.out().lines().count());
    }

    private String write(String version) throws IOException {
        return Files.write(folder.resolve(version + ".zip"), Packages.working("letters", version))
                .toString();
    }
}
