package io.twinstream.deploy.cli.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.drawing.Enlarged;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeadLettersIT {
    private Path folder;

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private Settings settings;
    private VerifierService verifier;

    @BeforeAll
    void start(@TempDir Path pictures) throws Exception {
        folder = pictures;
        settings = broker.settings(
                "letters", Map.of("verifier.threads", "1", "verifier.http.port", "0", "image.max.pixels", "20000"));
        assertEquals(0, run("topics", "create").exitCode());
        verifier = VerifierService.start(VerifierSettings.of(settings));
        DrawnCharacters drawn = new DrawnCharacters(3);
        Files.write(folder.resolve("good.png"), drawn.png(1, 1));
        Files.write(folder.resolve("large.png"), Enlarged.png(drawn.png(1, 2), 200));
    }

    @AfterAll
    void stop() throws Exception {
        verifier.close();
    }

    @Test
    void whoWaitsForAVerdictLearnsWhyThereIsNone() throws Exception {
        Ran ran = run("submit", folder.toString(), "--source", "gate-1", "--wait", "60s");

        assertEquals(1, ran.exitCode(), ran.err());
        assertEquals(
                List.of(
                        "1 undecided, EMPTY_GALLERY: nobody is enrolled with a usable reference: see 'twinstream enrol'",
                        "twinstream: 1 of 2 probes can't be judged"),
                ran.err().lines().toList());
        assertTrue(ran.out().contains("good.png: UNDECIDED"), ran.out());
        assertTrue(
                ran.out()
                        .lines()
                        .anyMatch(line -> line.matches(".*large\\.png: can't be judged: [A-Z_]+ gate-1 .+: .+")),
                ran.out());
    }

    @Test
    void deadLettersAreWatchedAsVerdictsAre() throws Exception {
        Ran sent = run("submit", folder.resolve("large.png").toString(), "--source", "gate-2", "--wait", "60s");
        assertTrue(sent.out().contains("TOO_MANY_PIXELS"), sent.out() + sent.err());

        Ran lines = run("watch", "--dead-letters", "--from-beginning", "--count", "1");
        Ran objects = run("watch", "--dead-letters", "--from-beginning", "--count", "1", "--json");

        JsonNode letter = new JsonMapper().readTree(objects.out());
        assertEquals("letters.probes", letter.at("/record/topic").asText(), objects.out());
        assertTrue(letter.path("source").asText().startsWith("gate-"), objects.out());
        assertTrue(
                lines.out()
                        .startsWith("%s %s %s: "
                                .formatted(
                                        letter.path("reason").asText(),
                                        letter.path("source").asText(),
                                        letter.path("probe").asText())),
                lines.out());
    }

    private Ran run(String... command) {
        return Ran.on(settings, command);
    }
}
