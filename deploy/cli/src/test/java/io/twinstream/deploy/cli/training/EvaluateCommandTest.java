package io.twinstream.deploy.cli.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
    private static final int CHARACTERS = 6;
    private static final int HANDS = 4;

    private final DrawnCharacters drawings = new DrawnCharacters(1);

    @TempDir
    Path folder;

    private Path images;
    private Path runs;

    @BeforeEach
    void draw() throws IOException {
        images = folder.resolve("images");
        runs = folder.resolve("runs");
        for (int character = 0; character < CHARACTERS; character++) {
            for (int hand = 0; hand < HANDS; hand++) {
                file(images.resolve("c%d/%d_%d.png".formatted(character, character, hand)), character, hand);
            }
        }
        StringBuilder labels = new StringBuilder();
        for (int character = 0; character < CHARACTERS; character++) {
            file(runs.resolve("run01/training/class%d.png".formatted(character)), character, 0);
            file(runs.resolve("run01/test/item%d.png".formatted(character)), character, 1);
            labels.append("run01/test/item%d.png run01/training/class%d.png\n".formatted(character, character));
        }
        Files.writeString(runs.resolve("run01/class_labels.txt"), labels);
    }

    @Test
    void oneObjectHoldsAllThatWasAskedFor() throws IOException {
        Files.writeString(images.resolve("c0/broken_9.png"), "no image");
        Path report = folder.resolve("report.html");

        Ran ran = Ran.run(
                "evaluate",
                "--model",
                "compact",
                "--json",
                "--report",
                report.toString(),
                "--pair-count",
                "40",
                "--views",
                "2",
                "--runs",
                runs.toString(),
                "--pairs",
                images.toString(),
                "--identify",
                images.toString());

        assertEquals(0, ran.exitCode(), ran.err());
        assertEquals(1, ran.out().lines().count());
        JsonNode json = new ObjectMapper().readTree(ran.out());
        assertEquals("compact", json.at("/model/name").asText());
        assertEquals(64, json.at("/model/sha256").asText().length());
        assertEquals(2, json.get("views").asInt());
        assertEquals(6, json.at("/oneShot/trials").asInt());
        assertEquals(
                json.at("/oneShot/correct").asDouble() / 6,
                json.at("/oneShot/accuracy").asDouble(),
                1e-12);
        assertEquals(6, json.at("/oneShot/jointAssignment/trials").asInt());
        assertEquals(40, json.at("/verification/pairs").asInt());
        assertTrue(json.at("/verification/eer").isDouble());
        assertTrue(json.at("/verification/fnmrAtFmr/0.01").isNull());
        assertEquals(3, json.get("identification").size());
        assertEquals(3, json.at("/identification/0/gallerySize").asInt());
        assertEquals(1.0 / 25, json.get("failureToAcquire").asDouble(), 1e-12);
        assertTrue(json.at("/baselines/pixels/oneShot/accuracy").isDouble());
        assertEquals(3_000, json.at("/verification/impostorPairsNeeded/0.01").asLong());
        assertTrue(json.at("/baselines/people").isMissingNode(), "published figures are of other images");
        assertTrue(Files.readString(report).startsWith("<!doctype html>"));
    }

    @Test
    void peopleGetLines() {
        Ran ran = Ran.run("evaluate", "--runs", runs.toString());

        assertEquals(0, ran.exitCode(), ran.err());
        assertTrue(ran.out().contains("one-shot accuracy "), ran.out());
        assertTrue(ran.out().contains("baseline hausdorff: one-shot accuracy "), ran.out());
        assertTrue(ran.out().contains("  by joint assignment of each run's probes "), ran.out());
        assertFalse(ran.out().contains("published"), ran.out());
    }

    @Test
    void aRateThatIsNotMeasuredSaysWhatItWouldTake() {
        Ran ran = Ran.run("evaluate", "--pairs", images.toString(), "--pair-count", "40");

        assertTrue(
                ran.out()
                        .contains(
                                "  FNMR not measured for want of impostor pairs: it asks at FMR 1.00 % for 3000, at FMR 0.10 % for 30000, at FMR 0.01 % for 300000, and there are 20 (--pair-count)"),
                ran.out());
    }

    @Test
    void eachPrecisionIsMeasuredByItself() throws IOException {
        JsonNode exact = verified("fp32");
        JsonNode bytes = verified("int8");

        assertEquals("fp32", exact.at("/model/precision").asText());
        assertEquals("int8", bytes.at("/model/precision").asText());
        assertNotEquals(exact.get("operatingPoints"), bytes.get("operatingPoints"));
    }

    private JsonNode verified(String precision) throws IOException {
        Ran ran = Ran.run("evaluate", "--precision", precision, "--pairs", images.toString(), "--json");
        assertEquals(0, ran.exitCode(), ran.err());
        return new ObjectMapper().readTree(ran.out());
    }

    @Test
    void moreViewsThanThereAreAreWrongUse() {
        Ran ran = Ran.run("evaluate", "--runs", runs.toString(), "--views", "10");

        assertEquals(ExitCodes.USAGE, ran.exitCode());
        assertEquals("twinstream: views must be 1 to 9, was 10" + System.lineSeparator(), ran.err());
    }

    @Test
    void aReportThatCantBeWrittenIsSaidBeforeAnythingIsMeasured() {
        Ran ran = Ran.run(
                "evaluate",
                "--runs",
                runs.toString(),
                "--report",
                folder.resolve("no/r.html").toString());

        assertEquals(ExitCodes.USAGE, ran.exitCode());
        assertTrue(
                ran.err().startsWith("twinstream: --report must name a file in an existing folder, was "), ran.err());
        assertEquals("", ran.out());
    }

    private void file(Path file, int character, int hand) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, drawings.png(character, hand));
    }
}
