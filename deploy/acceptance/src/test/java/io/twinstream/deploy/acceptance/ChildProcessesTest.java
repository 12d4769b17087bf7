package io.twinstream.deploy.acceptance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChildProcessesTest {
    @Test
    void allBelowAProcessAreEndedAndKilledIfTheyTakeNoNotice() throws Exception {
        Process parent = new ProcessBuilder("bash", "-c", """
                        bash -c 'echo $$; exec sleep 600' &
                        bash -c 'trap "" TERM; echo $$; exec sleep 600' &
                        wait""").start();
        try (BufferedReader lines = parent.inputReader()) {
            String one = lines.readLine();
            String other = lines.readLine();

            ChildProcesses.end(parent.toHandle(), Duration.ofMillis(200));

            assertTrue(hasEnded(one), one);
            assertTrue(hasEnded(other), other);
        } finally {
            parent.destroyForcibly();
        }
    }

    /** Returns whether a process has ended, even if its parent hasn't asked how. */
    static boolean hasEnded(String process) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", process, "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
        } catch (NoSuchFileException e) {
            return true;
        }
    }
}
