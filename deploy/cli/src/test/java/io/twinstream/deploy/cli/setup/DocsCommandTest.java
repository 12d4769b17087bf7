package io.twinstream.deploy.cli.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.testkit.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocsCommandTest {
    @Test
    void everyPageIsNamedWithWhatItIsGoodFor() {
        Ran ran = Ran.run("docs");

        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
        List<String> names =
                ran.out().lines().map(line -> line.split(" ")[0]).sorted().toList();
        assertEquals(
                Arrays.stream(Path.of("docs").toFile().list())
                        .filter(name -> name.endsWith(".md") && !name.equals("README.md"))
                        .map(name -> name.replace(".md", ""))
                        .sorted()
                        .toList(),
                names);
        assertTrue(ran.out().lines().allMatch(line -> line.matches("[a-z-]+ {2,}\\S.*")), ran.out());
    }

    @Test
    void aPageIsPrintedAsItIs() throws Exception {
        Ran ran = Ran.run("docs", "thresholds");

        assertEquals(Files.readString(Path.of("docs/thresholds.md")), ran.out());
    }

    @Test
    void aPageThatIsNoneIsRefusedWithThoseThatAre() {
        Ran ran = Ran.run("docs", "cooking");

        assertEquals(ExitCodes.USAGE, ran.exitCode());
        assertTrue(
                ran.err().startsWith("twinstream: there is no page 'cooking': choose one of [first-hour, "), ran.err());
    }
}
