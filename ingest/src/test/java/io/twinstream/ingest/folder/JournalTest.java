package io.twinstream.ingest.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final FileStamp LOOK = new FileStamp(1, 2);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("journal");
    }

    @Test
    void linesThatAFullDiskHadTornAreRemovedAndTheirNeighboursKept() throws IOException {
        write("a", "b", "c", "d");
        List<String> lines = Files.readAllLines(file);
        String tornBeforeB = lines.get(1).substring(0, 20) + lines.get(1);
        String tornC = lines.get(2).substring(0, 30);
        String tornD = lines.get(3).substring(0, lines.get(3).length() - 1);
        Files.writeString(file, String.join("\n", lines.get(0), tornBeforeB, tornC, lines.get(3), tornD));

        try (Journal journal = Journal.open(file)) {
            assertTrue(journal.knows("a", LOOK));
            assertTrue(journal.knows("b", LOOK));
            assertFalse(journal.knows("c", LOOK));
            assertTrue(journal.knows("d", LOOK));
            journal.append(entry("e"));
        }

        assertEquals(
                List.of(lines.get(0), lines.get(1), lines.get(3)),
                Files.readAllLines(file).subList(0, 3).stream()
                        .map(String::strip)
                        .toList());
        assertEquals(4, Files.readAllLines(file).size());
    }

    @Test
    void aTornLineAtTheEndOfAMendedJournalIsCutOff() throws IOException {
        write("a");
        String line = Files.readString(file);
        Files.writeString(file, line + "{\"path\":\"b\n" + "\0".repeat(100));

        Journal.open(file).close();

        assertEquals(line, Files.readString(file));
    }

    @Test
    void theReserveIsGivenBack() throws IOException {
        try (Journal journal = Journal.open(file)) {
            journal.reserve(List.of(new FolderScan.SettledFile(folder.resolve("a"), "a", LOOK)));
            long reserved = Files.size(file);
            journal.append(entry("a"));
            assertEquals(reserved, Files.size(file));
            journal.reserve(List.of(new FolderScan.SettledFile(folder.resolve("b"), "b", LOOK)));
            journal.force();
        }

        assertEquals(1, Files.readAllLines(file).size());
        assertTrue(Files.readString(file).endsWith("}\n"));
    }

    @Test
    void anotherProcessIsLockedOut() throws Exception {
        write("a");
        try (Journal journal = Journal.open(file)) {
            assertEquals(Opener.IN_USE, openElsewhere());
            assertTrue(journal.knows("a", LOOK));
        }
        assertEquals(0, openElsewhere());
    }

    private int openElsewhere() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opener.class.getName(),
                        file.toString())
                .inheritIO()
                .start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return process.exitValue();
    }

    private void write(String... paths) {
        try (Journal journal = Journal.open(file)) {
            for (String path : paths) {
                journal.append(entry(path));
            }
        }
    }

    private static Journal.JournalEntry entry(String path) {
        return new Journal.JournalEntry(path, LOOK, "00".repeat(32), null, null);
    }

    /** Opens the journal in another process. */
    static final class Opener {
        static final int IN_USE = 5;

        private Opener() {}

        public static void main(String[] arguments) {
            try {
                Journal.open(Path.of(arguments[0])).close();
            } catch (ConfigException e) {
                System.exit(IN_USE);
            }
        }
    }
}
