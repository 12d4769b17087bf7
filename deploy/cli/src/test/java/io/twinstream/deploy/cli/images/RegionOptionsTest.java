package io.twinstream.deploy.cli.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionOptionsTest {
    @TempDir
    Path folder;

    @Test
    void aRegionThatIsNoneIsRefusedInOneLineBeforeAnythingIsSent() throws IOException {
        String image = image("a.png");

        for (List<String> command : List.of(
                List.of("submit", image),
                List.of("submit", "--label", "--subject", "alice", image),
                List.of("enrol", "--subject", "alice", image),
                List.of("verify", image, image))) {
            assertRefused(command, "--region must be X,Y,WIDTH,HEIGHT", "--region", "1,2,3");
            assertRefused(command, "--points must be X,Y;X,Y", "--region", "1,2,30,40", "--points", "5,6;7");
            assertRefused(command, "--points needs --region", "--points", "5,6;7,8");
        }
    }

    @Test
    void aRegionStandsForOneImage() throws IOException {
        image("a.png");
        image("b.png");

        for (List<String> command :
                List.of(List.of("submit", folder.toString()), List.of("enrol", "--subject", "a", folder.toString()))) {
            assertRefused(command, "--region goes with one image, not with 2", "--region", "1,2,30,40");
        }
    }

    @Test
    void aReferenceRegionNeedsAReferencePicture() throws IOException {
        assertRefused(
                List.of("submit", image("a.png")),
                "--reference-region goes with --pair FILE",
                "--reference-region",
                "1,2,30,40");
        assertRefused(
                List.of("submit", "--pair", image("b.png"), image("a.png")),
                "--reference-region must be",
                "--reference-region",
                "1,2,30");
    }

    private static void assertRefused(List<String> command, String cause, String... options) {
        List<String> arguments = new ArrayList<>(command);
        arguments.addAll(List.of(options));

        Ran ran = Ran.run(arguments.toArray(String[]::new));

        assertEquals(ExitCodes.USAGE, ran.exitCode(), ran.err());
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertTrue(ran.err().startsWith("twinstream: " + cause), ran.err());
    }

    private String image(String name) throws IOException {
        return Files.write(folder.resolve(name), new DrawnCharacters(1).png(0, 0))
                .toString();
    }
}
