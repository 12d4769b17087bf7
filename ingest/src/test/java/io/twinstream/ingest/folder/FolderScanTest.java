package io.twinstream.ingest.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderScanTest {
    private static final Duration SETTLE = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private Journal journal;
    private FolderScan scan;

    @BeforeEach
    void open() {
        Path file = folder.resolve("journal");
        journal = Journal.open(file);
        scan = new FolderScan(folder, file, SETTLE, nanos::get);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void aFileIsSettledOnceItHasLookedTheSameForTheWholeTime() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "1");

        assertEquals(Set.of(), look());
        after(SETTLE.minusNanos(1));
        assertEquals(Set.of(), look());
        after(Duration.ofNanos(1));
        assertEquals(Set.of("a"), look());

        Files.delete(file);
        assertEquals(Set.of(), look());
        assertFalse(scan.sawNew());
    }

    @Test
    void aFileThatGrowsIsLeftAloneUntilItStops() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "1");
        for (int i = 0; i < 5; i++) {
            assertEquals(Set.of(), look());
            after(SETTLE);
            Files.writeString(file, "more", StandardOpenOption.APPEND);
        }

        assertEquals(Set.of(), look());
        assertTrue(scan.sawNew());
        after(SETTLE);
        assertEquals(Set.of("a"), look());
    }

    @Test
    void aFileThatIsWrittenAgainAndAgainIsTakenNowAndThen() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "1");
        int taken = 0;
        for (int i = 0; i < 35; i++) {
            for (FolderScan.SettledFile settled : scan.look(journal, seen -> {}).values()) {
                journal.append(new Journal.JournalEntry(settled.path(), settled.look(), "00", null, null));
                taken++;
            }
            after(SETTLE);
            Files.writeString(file, "more", StandardOpenOption.APPEND);
        }

        assertEquals(3, taken);
    }

    @Test
    void whatSystemsPutThereAndOtherKindsAreLeftOut() throws IOException {
        for (String name : Set.of("@eaDir/1.png/THUMB.jpg", "#recycle/1.png", "Thumbs.db", "1.png.json", "1.png")) {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.writeString(folder.resolve(name), "1");
        }
        look();
        after(SETTLE);

        assertEquals(Set.of("1.png"), look());
    }

    @Test
    void whatTheJournalKnowsAndHiddenFilesAndLinksAreLeftOut() throws IOException {
        Path known = Files.writeString(folder.resolve("known"), "1");
        Files.createDirectories(folder.resolve(".git"));
        Files.writeString(folder.resolve(".git/x"), "1");
        Files.createSymbolicLink(folder.resolve("link"), known);
        look();
        after(SETTLE);
        FolderScan.SettledFile settled = scan.look(journal, seen -> {}).get("known");

        journal.append(new Journal.JournalEntry("known", settled.look(), "00", null, null));

        assertEquals(Set.of(), look());
        assertFalse(scan.sawNew());
    }

    private Set<String> look() throws IOException {
        return scan.look(journal, seen -> {}).keySet();
    }

    private void after(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
