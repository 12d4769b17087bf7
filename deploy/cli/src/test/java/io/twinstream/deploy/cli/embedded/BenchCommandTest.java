package io.twinstream.deploy.cli.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.testkit.Ran;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    @TempDir
    Path folder;

    @Test
    void aReportThatCantBeWrittenIsSaidBeforeAnythingIsMeasured() {
        Path missing = folder.resolve("no/bench.html");

        assertRefused(
                "--report must name a file in an existing folder, was " + missing, "--report", missing.toString());
        assertRefused("--report must name a file in an existing folder, was " + folder, "--report", folder.toString());
    }

    @Test
    void aReportAndJsonAreWrongUse() {
        Ran ran = Ran.run(
                "bench", "--json", "--report", folder.resolve("bench.html").toString());

        assertEquals(ExitCodes.USAGE, ran.exitCode());
        assertTrue(ran.err().startsWith("twinstream: --report writes a page: leave --json out"), ran.err());
    }

    @Test
    void aReportDrawsItsOwnPictures() {
        Ran ran = Ran.run(
                "bench",
                "--images",
                folder.toString(),
                "--report",
                folder.resolve("bench.html").toString());

        assertEquals(ExitCodes.USAGE, ran.exitCode());
        assertTrue(
                ran.err().startsWith("twinstream: --report draws pictures of several sizes: leave --images"),
                ran.err());
    }

    private static void assertRefused(String message, String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "bench";
        System.arraycopy(options, 0, arguments, 1, options.length);

        Ran ran = Ran.run(arguments);

        assertEquals(ExitCodes.USAGE, ran.exitCode());
        assertEquals("twinstream: " + message + System.lineSeparator(), ran.err());
        assertEquals("", ran.out());
    }
}
