package io.twinstream.verifier.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTrialSweepTest {
    /** This is a process id above those that Linux gives. */
    private static final long NOBODY = 4_999_999;

    @TempDir
    Path temporary;

    @Test
    void whatATrialOfAKilledProcessLeftGoesOnceItIsOldAndNothingElse() throws Exception {
        Path left = Files.createDirectory(temporary.resolve("twinstream-trial-%d-a".formatted(NOBODY)));
        Files.write(left.resolve("libonnxruntime.so"), new byte[1]);
        Files.createDirectory(temporary.resolve(
                "twinstream-trial-%d-b".formatted(ProcessHandle.current().pid())));
        Files.createDirectory(temporary.resolve("twinstream-trial-notes"));
        List<Path> before = folders();

        ModelTrial.sweep(temporary, Instant.now().minus(Duration.ofMinutes(1)));
        assertEquals(before, folders(), "a young one may be of a process that isn't seen from here");

        ModelTrial.sweep(temporary, Instant.now().plus(Duration.ofMinutes(1)));
        assertEquals(before.stream().filter(each -> !each.equals(left)).toList(), folders());
    }

    private List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(temporary)) {
            return all.sorted().toList();
        }
    }
}
