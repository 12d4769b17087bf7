package io.twinstream.deploy.cli.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.PackageFromBefore;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.PackageArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasureCommandTest {
    private static final int GROUPS = 3;
    private static final int CHARACTERS = 8;
    private static final int HANDS = 5;

    private final DrawnCharacters drawings = new DrawnCharacters(1);

    @TempDir
    Path folder;

    private Path before;
    private Path validation;
    private Path out;

    @BeforeEach
    void draw() throws IOException {
        before = PackageFromBefore.write(folder);
        out = folder.resolve("out.zip");
        validation = folder.resolve("validation");
        for (int character = 0; character < GROUPS * CHARACTERS; character++) {
            Path of = Files.createDirectories(
                    validation.resolve("g" + character / CHARACTERS).resolve("c" + character));
            for (int hand = 0; hand < HANDS; hand++) {
                Files.write(of.resolve(hand + ".png"), drawings.png(character, hand));
            }
        }
    }

    @Test
    void aPackageFromBeforeGetsThresholdsOfLookAlikesThatVerifyAndEvaluateUse() throws IOException {
        Ran ran = Ran.run(
                "measure",
                before.toString(),
                "--validation",
                validation.toString(),
                "--model-version",
                "2",
                "--out",
                out.toString());

        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
        assertTrue(ran.out().contains("thresholds for look-alikes rest on 3 groups, 24 classes, 84 pairs"), ran.out());
        assertFalse(ran.out().contains("threshold@fmr"), ran.out());
        Manifest manifest = PackageArchive.read(out).manifest();
        assertTrue(manifest.lookAlikes().isPresent());
        for (ImpostorChoice choice : ImpostorChoice.values()) {
            assertEquals(choice.table(manifest).threshold(0.1), threshold(choice.word()), 1e-9);
        }
        Ran evaluated = Ran.run(
                "evaluate",
                "--model",
                out.toString(),
                "--pairs",
                validation.toString(),
                "--identify",
                validation.toString(),
                "--json");
        JsonNode json = new ObjectMapper().readTree(evaluated.out());
        assertEquals(3, json.at("/model/lookAlikeThresholdBasis/groups").asInt(), evaluated.out() + evaluated.err());
        assertEquals("look-alikes", json.at("/identification/0/impostors").asText());
    }

    @Test
    void imagesWithoutGroupsGiveNoneOfLookAlikesWhichIsSaid() {
        Ran ran = Ran.run(
                "measure",
                before.toString(),
                "--validation",
                validation.resolve("g0").toString(),
                "--model-version",
                "2",
                "--out",
                out.toString());

        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
        assertTrue(
                ran.out().contains("no thresholds for look-alikes: the validation images have no groups"), ran.out());
    }

    @Test
    void evaluateSaysOfAPackageFromBeforeWhatItLacks() {
        Ran ran = Ran.run("evaluate", "--model", before.toString(), "--pairs", validation.toString());

        assertTrue(
                ran.out().contains("compact/1.1 has no thresholds for look-alikes: 'twinstream measure' adds them"),
                ran.out());
        assertTrue(ran.out().contains("threshold for FMR 1.00 %, measured on all impostors, is"), ran.out());
        assertTrue(ran.out().contains("(of other groups "), ran.out());
    }

    @Test
    void whatIsRefusedLeavesNothingAndSaysWhyInOneLine() {
        Ran own = Ran.run(
                "measure",
                before.toString(),
                "--validation",
                validation.toString(),
                "--model-version",
                "1.1",
                "--out",
                out.toString());
        Ran none = Ran.run(
                "measure",
                before.toString(),
                "--validation",
                folder.resolve("none").toString(),
                "--model-version",
                "2",
                "--out",
                out.toString());

        assertTrue(own.err().contains("the new version must differ from the package's own, compact/1.1"), own.err());
        assertTrue(none.err().contains("no folder of images"), none.err());
        assertEquals(1, own.err().lines().count(), own.err());
        assertEquals(1, none.err().lines().count(), none.err());
        assertFalse(Files.exists(out));
    }

    /** Returns the threshold that a verification of one drawing by another is decided at. */
    private double threshold(String impostors) throws IOException {
        Ran ran = Ran.run(
                "verify",
                validation.resolve("g0/c0/0.png").toString(),
                validation.resolve("g0/c0/1.png").toString(),
                "--json",
                "--set",
                "verifier.model=" + out,
                "--set",
                "verifier.precision=fp32",
                "--set",
                "verifier.domain=off",
                "--set",
                "verifier.target.fmr=0.1",
                "--set",
                "verifier.fmr.impostors=" + impostors);
        return new ObjectMapper().readTree(ran.out()).get("threshold").asDouble();
    }
}
