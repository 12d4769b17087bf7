package io.twinstream.deploy.cli.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.testkit.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawCommandTest {
    @TempDir
    private Path work;

    @Test
    void theSameSeedDrawsTheSamePicturesAgain() throws Exception {
        Ran once = Ran.run("draw", work.resolve("a").toString());
        Ran again = Ran.run("draw", work.resolve("b").toString());

        assertEquals(ExitCodes.OK, once.exitCode() + again.exitCode());
        assertArrayEquals(
                Files.readAllBytes(work.resolve("a/gallery/erin/2.png")),
                Files.readAllBytes(work.resolve("b/gallery/erin/2.png")));
    }

    @Test
    void drawingsOfOnePersonMatchAndAStrangerMatchesNobody() {
        Ran.run("draw", work.resolve("a").toString());

        Ran same = Ran.run("verify", picture("gallery/alice/1.png"), picture("probes/alice.png"));
        Ran other = Ran.run("verify", picture("gallery/alice/1.png"), picture("probes/stranger.png"));

        assertTrue(same.out().startsWith("MATCH"), same.out());
        assertTrue(other.out().startsWith("NON_MATCH"), other.out());
    }

    @Test
    void asManyPeopleAreDrawnAsAreAskedFor() {
        Ran ran = Ran.run("draw", work.resolve("a").toString(), "--people", "8");

        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
        assertEquals(8, work.resolve("a/gallery").toFile().list().length);
        assertTrue(Files.exists(work.resolve("a/probes/person-8.png")));
    }

    @Test
    void aFolderThatExistsIsLeftAlone() {
        Ran ran = Ran.run("draw", work.toString());

        assertEquals(ExitCodes.USAGE, ran.exitCode());
        assertEquals(
                "twinstream: " + work + " exists already: name a folder that doesn't",
                ran.err().strip());
    }

    private String picture(String name) {
        return work.resolve("a").resolve(name).toString();
    }
}
