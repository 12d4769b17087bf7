package io.twinstream.ingest.folder;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.NoiseImages;
import io.twinstream.ingest.publish.FakeKafka;
import io.twinstream.ingest.settings.FolderSettings;
import io.twinstream.ingest.settings.FolderTask;
import io.twinstream.schemas.threads.ServiceThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // A watch is open while the body runs; the body needs no handle of it.
class FolderWatchTest {
    private static final Duration SETTLE = Duration.ofMillis(30);

    @TempDir
    Path folder;

    @Test
    void filesThatAreThereAndFilesThatComeAreSentOnce() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        write("a.png", 1);
        write("deep/er/b.png", 2);

        try (FolderWatch watch = watch(kafka)) {
            await().until(() -> kafka.sent().size() == 2);
            write("c.png", 3);
            write("new/d.png", 4);
            await().until(() -> kafka.sent().size() == 4);
            await().until(() -> journalLines().size() == 4);
        }

        assertEquals("camera", kafka.probe(0).getSourceId());
        for (int sent = 0; sent < 4; sent++) {
            String id = "\"id\":\"%s\"".formatted(kafka.probe(sent).getProbeId());
            assertEquals(
                    1, journalLines().stream().filter(line -> line.contains(id)).count(), id);
        }
        assertArrayEquals(NoiseImages.png(1), kafka.probe(0).getImage().array());
    }

    @Test
    void aRestartSendsOnlyWhatIsNew() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        write("a.png", 1);
        runUntilJournalHas(1, kafka);

        write("b.png", 2);
        runUntilJournalHas(2, kafka);

        assertEquals(2, kafka.sent().size());
        assertNotEquals(kafka.probe(0).getProbeId(), kafka.probe(1).getProbeId());
    }

    @Test
    void aFileThatWasOnlyTouchedIsNotSentAgainAndOneThatChangedIs() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        write("a.png", 1);
        runUntilJournalHas(1, kafka);

        Files.setLastModifiedTime(folder.resolve("a.png"), FileTime.fromMillis(1_000));
        runUntilJournalHas(2, kafka);
        assertEquals(1, kafka.sent().size());

        write("a.png", 2);
        runUntilJournalHas(3, kafka);
        assertEquals(2, kafka.sent().size());
    }

    @Test
    void aFileWhoseNoteWasLostIsSentAgainUnderTheSameId() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        write("a.png", 1);
        runUntilJournalHas(1, kafka);

        Files.delete(folder.resolve(".twinstream-sent"));
        runUntilJournalHas(1, kafka);

        assertEquals(2, kafka.sent().size());
        assertEquals(kafka.probe(0).getProbeId(), kafka.probe(1).getProbeId());
    }

    @Test
    void halfALineThatACrashLeftIsDropped() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        write("a.png", 1);
        runUntilJournalHas(1, kafka);
        Files.writeString(folder.resolve(".twinstream-sent"), "{\"path\":\"b.p", StandardOpenOption.APPEND);

        write("b.png", 2);
        runUntilJournalHas(2, kafka);

        assertEquals(2, kafka.sent().size());
        write("c.png", 3);
        runUntilJournalHas(3, kafka);
        assertEquals(3, kafka.sent().size());
    }

    @Test
    void aFileThatIsNoJournalAndAJournalInUseStopTheStart() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        try (FolderWatch first = watch(kafka)) {
            ConfigException inUse = assertThrows(ConfigException.class, () -> watch(kafka));
            assertTrue(inUse.getMessage().contains("in use"), inUse.getMessage());
        }
        Files.writeString(folder.resolve(".twinstream-sent"), "nonsense\n");

        ConfigException broken = assertThrows(ConfigException.class, () -> watch(kafka));

        assertTrue(broken.getMessage().contains("is no journal"), broken.getMessage());
        assertEquals("nonsense\n", Files.readString(folder.resolve(".twinstream-sent")));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void nothingIsSentWhileTheDiskOfTheJournalIsFullAndEachFileOnceThereIsRoom() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Path journal = folder.resolve(".twinstream-sent");
        // This device takes no byte.
        Files.createSymbolicLink(journal, Path.of("/dev/full"));
        write("a.png", 1);
        write("b.png", 2);

        try (FolderWatch watch = watch(kafka)) {
            await().until(() -> watch.trouble().contains("No space left on device"));
            assertTrue(watch.troubledSeconds() > 0);
            assertEquals(0, kafka.sent().size());

            Files.delete(journal);
            await().until(() -> journalLines().size() == 2);
            await().until(() -> watch.trouble().isEmpty());
        }
        runUntilJournalHas(2, kafka);

        assertEquals(2, kafka.sent().size());
    }

    @Test
    void whatWasAcknowledgedWhileTheJournalWasGoneIsNotSentAgain() throws Exception {
        FakeKafka kafka = FakeKafka.silent(10 << 20);
        Path disk = Files.createDirectories(folder.resolve(".disk"));
        Path away = folder.resolve(".away");
        write("a.png", 1);
        FolderSettings settings =
                new FolderSettings(folder, FolderTask.IDENTIFY, "camera", disk.resolve("journal"), SETTLE);

        try (FolderWatch watch = FolderWatch.start(settings, new ServiceThreads(), kafka.publisher)) {
            await().until(() -> kafka.sent().size() == 1);
            Files.move(disk, away);
            kafka.completeAll();
            await().until(() -> watch.trouble().contains("the journal"));
            write("b.png", 2);
            Files.move(away, disk);
            await().until(() -> kafka.sent().size() == 2);
            kafka.completeAll();
            await().until(() -> Files.readAllLines(disk.resolve("journal")).size() == 2);
        }

        assertEquals(2, kafka.sent().size());
        assertNotEquals(kafka.probe(0).getProbeId(), kafka.probe(1).getProbeId());
    }

    @Test
    void aJournalThatIsDeletedMeanwhileIsWrittenAgain() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        write("a.png", 1);
        try (FolderWatch watch = watch(kafka)) {
            await().until(() -> journalLines().size() == 1);
            Files.delete(folder.resolve(".twinstream-sent"));
            write("b.png", 2);
            await().until(() -> journalLines().size() == 2);
        }

        assertEquals(2, kafka.sent().size());
    }

    @Test
    void refusedFilesAreNotedWithTheReasonAndStopNothing() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Files.writeString(folder.resolve("1"), "no image");
        Files.createFile(folder.resolve("2.png"));
        Files.write(folder.resolve("3.png"), new byte[FakeKafka.LIMITS.maxBytes() + 1]);
        write("4.png", 1);
        Files.writeString(folder.resolve(".hidden"), "not looked at");

        runUntilJournalHas(4, kafka);
        write("5.png", 2);
        runUntilJournalHas(5, kafka);

        assertEquals(2, kafka.sent().size());
        List<String> lines = journalLines();
        assertEquals(3, lines.stream().filter(line -> line.contains("refused")).count(), lines.toString());
    }

    @Test
    void aReferenceFolderEnrolsTheSubjectsThatItsFoldersAreNamedAfter() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        write("ann/1.png", 1);
        write("ann/2.png", 2);
        write("group/bob/1.png", 3);
        write("nobody.png", 4);

        FolderSettings settings = settings(FolderTask.REFERENCE, "camera");
        try (FolderWatch watch = FolderWatch.start(settings, new ServiceThreads(), kafka.publisher)) {
            await().until(() -> journalLines().size() == 4);
        }

        Set<String> subjects = kafka.sent().stream()
                .map(record -> record.key().substring(0, record.key().indexOf('/')))
                .collect(Collectors.toSet());
        assertEquals(Set.of("ann", "bob"), subjects);
        assertEquals(3, kafka.sent().size());
        assertTrue(journalLines().toString().contains("SUBJECT/NAME"));
    }

    @Test
    void foldersOfOneNameAreNotOneSubjectAcrossRestartsEither() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        FolderSettings settings = settings(FolderTask.REFERENCE, "camera");
        write("alice/2023/1.png", 1);
        try (FolderWatch watch = FolderWatch.start(settings, new ServiceThreads(), kafka.publisher)) {
            await().until(() -> journalLines().size() == 1);
        }

        write("bob/2023/1.png", 2);
        try (FolderWatch watch = FolderWatch.start(settings, new ServiceThreads(), kafka.publisher)) {
            await().until(() -> journalLines().size() == 2);
        }

        assertEquals(1, kafka.sent().size());
        assertTrue(journalLines().get(1).contains("alice/2023 and bob/2023 would become one subject"));
    }

    @Test
    void whatTheBrokerDoesNotAcknowledgeIsTriedAgain() throws Exception {
        FakeKafka kafka = FakeKafka.silent(10 << 20);
        write("a.png", 1);

        try (FolderWatch watch = watch(kafka)) {
            await().until(() -> kafka.producer.errorNext(new TimeoutException("expired")));
            await().until(() -> kafka.sent().size() == 2);
            assertTrue(journalLines().isEmpty());
            kafka.completeAll();
            await().until(() -> journalLines().size() == 1);
        }

        assertEquals(kafka.probe(0).getProbeId(), kafka.probe(1).getProbeId());
    }

    private void runUntilJournalHas(int lines, FakeKafka kafka) throws IOException {
        try (FolderWatch watch = watch(kafka)) {
            await().until(() -> journalLines().size() == lines);
        }
    }

    private FolderWatch watch(FakeKafka kafka) {
        return FolderWatch.start(settings(FolderTask.IDENTIFY, "camera"), new ServiceThreads(), kafka.publisher);
    }

    private FolderSettings settings(FolderTask task, String source) {
        return new FolderSettings(folder, task, source, folder.resolve(".twinstream-sent"), SETTLE);
    }

    private void write(String name, int seed) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, NoiseImages.png(seed));
    }

    private List<String> journalLines() throws IOException {
        Path journal = folder.resolve(".twinstream-sent");
        return Files.exists(journal)
                ? Files.readString(journal)
                        .lines()
                        .filter(line -> line.endsWith("}"))
                        .toList()
                : List.of();
    }
}
