package io.twinstream.deploy.cli.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {
    private static final int CHARACTERS = 12;
    private static final int HANDS = 5;

    private final DrawnCharacters drawings = new DrawnCharacters(1);

    @TempDir
    Path folder;

    private Path validation;
    private Path out;

    @BeforeEach
    void draw() throws IOException {
        validation = folder.resolve("validation");
        out = folder.resolve("out.zip");
        draw(validation, CHARACTERS, HANDS);
    }

    @Test
    void theNewVersionVerifiesAndSaysWhatItsThresholdsRestOn() throws IOException {
        Path report = folder.resolve("report.html");

        Ran ran = calibrate("--model-version", "2", "--report", report.toString());

        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
        Manifest manifest = PackageArchive.read(out).manifest();
        assertEquals("compact", manifest.name());
        assertEquals("2", manifest.version());
        assertTrue(ran.err().contains("calibrating on 60 images of 12 classes"), ran.err());
        assertTrue(
                ran.out().contains("thresholds rest on 12 classes, 66 pairs of classes and 1650 impostor pairs"),
                ran.out());
        assertTrue(
                ran.out().contains("warning: an FMR of 0.01 is not in the table: it takes 3000 impostor pairs"),
                ran.out());
        assertTrue(Files.readString(report).contains("What the thresholds rest on"));
        String image = validation.resolve("c1/0.png").toString();
        Ran verified =
                Ran.run("verify", image, image, "--set", "verifier.model=" + out, "--set", "verifier.target.fmr=0.1");
        assertTrue(verified.out().contains("MATCH"), verified.out() + verified.err());
        Ran evaluated = Ran.run("evaluate", "--model", out.toString(), "--pairs", validation.toString(), "--json");
        JsonNode json = new ObjectMapper().readTree(evaluated.out());
        assertEquals(12, json.at("/model/thresholdBasis/classes").asInt(), evaluated.out() + evaluated.err());
        assertEquals(12, json.at("/verification/classes").asInt());
    }

    @Test
    void anotherNameMayHaveTheVersionOfThePackage() throws IOException {
        String version = version();

        Ran ran = calibrate("--name", "letters", "--model-version", version, "--json");

        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
        JsonNode json = new ObjectMapper().readTree(ran.out());
        assertEquals("letters", json.get("name").asText());
        assertTrue(json.get("parent").asText().startsWith("compact/" + version + " sha256:"));
        assertTrue(json.get("warnings").size() > 0, ran.out());
    }

    @Test
    void whatIsRefusedLeavesNothingAndSaysWhyInOneLine() throws IOException {
        assertRefused("the new version must differ from the package's own", validation, "--model-version", version());
        assertRefused("a model's version is 1 to 100", validation, "--model-version", "a/b");
        assertRefused("holds 0 classes", Files.createDirectories(folder.resolve("empty")), "--model-version", "2");
        assertRefused("holds 1 classes", draw(folder.resolve("one"), 1, 5), "--model-version", "2");
        assertRefused("the first is c0", draw(folder.resolve("single"), 30, 1), "--model-version", "2");
        assertRefused("are too few to set thresholds", draw(folder.resolve("few"), 4, 4), "--model-version", "2");
        assertRefused("no folder of images", folder.resolve("none"), "--model-version", "2");
        Path report = folder.resolve("none/report.html");
        assertRefused("--report must name", validation, "--model-version", "2", "--report", report.toString());
        Files.writeString(validation.resolve("c0/0.png"), "no picture");
        assertRefused("c0/0.png", validation, "--model-version", "2");
    }

    @Test
    void aPackageThatIsNoneAndAFileThatIsThereAreRefused() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.zip"), "no package");
        Ran unreadable = run(broken.toString(), validation, "--model-version", "2");
        assertTrue(unreadable.err().contains("broken.zip is no model package"), unreadable.err());
        assertEquals(1, unreadable.err().lines().count(), unreadable.err());

        Files.writeString(out, "there");
        Ran there = calibrate("--model-version", "2");
        assertTrue(there.err().contains("exists: name another file, or add --overwrite"), there.err());
        assertEquals("there", Files.readString(out));
    }

    private static String version() throws IOException {
        return ShippedModel.read("compact").manifest().version();
    }

    private void assertRefused(String told, Path images, String... options) throws IOException {
        Ran ran = run("compact", images, options);

        List<String> refusals = ran.err()
                .lines()
                .filter(line -> line.startsWith("twinstream: "))
                .toList();
        assertEquals(1, refusals.size(), ran.err());
        assertTrue(refusals.get(0).contains(told), ran.err());
        assertTrue(ran.exitCode() == ExitCodes.USAGE || ran.exitCode() == ExitCodes.FAILURE);
        assertEquals("", ran.out());
        assertFalse(Files.exists(out));
        try (Stream<Path> left = Files.list(folder)) {
            assertTrue(left.noneMatch(each -> each.toString().endsWith(".part")));
        }
    }

    private Ran calibrate(String... options) {
        return run("compact", validation, options);
    }

    private Ran run(String model, Path images, String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("calibrate", model, "--validation", images.toString(), "--out", out.toString()));
        arguments.addAll(List.of(options));
        return Ran.run(arguments.toArray(String[]::new));
    }

    private Path draw(Path target, int characters, int hands) throws IOException {
        for (int character = 0; character < characters; character++) {
            Path of = Files.createDirectories(target.resolve("c" + character));
            for (int hand = 0; hand < hands; hand++) {
                Files.write(of.resolve(hand + ".png"), drawings.png(character, hand));
            }
        }
        return target;
    }
}
