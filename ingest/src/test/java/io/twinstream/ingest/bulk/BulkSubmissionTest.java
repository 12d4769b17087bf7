package io.twinstream.ingest.bulk;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.NoiseImages;
import io.twinstream.ingest.publish.FakeKafka;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.ProbeRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkSubmissionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ProbeRequest.Task IDENTIFY = new ProbeRequest.Task.Identify(1);

    @TempDir
    Path folder;

    private final List<BulkOutcome> outcomes = new ArrayList<>();

    @Test
    void goodImagesAreSentAndBadOnesAreNamedWithTheReason() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        Path zip = folder.resolve("mixed.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            Zips.add(out, "1.png", NoiseImages.png(1));
            Zips.add(out, "2", "no image".getBytes(StandardCharsets.UTF_8));
            Zips.add(out, "3.png", new byte[FakeKafka.LIMITS.maxBytes() + 1]);
            Zips.add(out, "4.png", new byte[0]);
            Zips.add(out, "5.png", NoiseImages.png(2));
        }
        Path broken = Files.writeString(folder.resolve("broken.zip"), "PK no zip");

        BulkSummary summary =
                submission(kafka, PATIENCE).probes(ImageSources.of(List.of(zip, broken)), "cli", IDENTIFY);

        assertEquals(2, summary.sent());
        assertFalse(summary.isComplete());
        assertEquals(4, summary.refused().size());
        assertTrue(summary.refused().get(0).toString().matches(".*mixed.zip!2: the bytes are no PNG.*"));
        assertTrue(summary.refused().get(3).toString().contains("broken.zip: can't be read: "));
        assertEquals(2, kafka.sent().size());
        assertEquals(6, outcomes.size());
        assertEquals(kafka.probe(0).getProbeId(), ((BulkOutcome.Sent) outcomes.get(0)).id());
    }

    @Test
    void aFolderOfClassesEnrolsItsSubjects() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        write("ann/1.png", 1);
        write("bob/1.png", 2);

        BulkSummary summary = submission(kafka, PATIENCE)
                .references(
                        ImageSources.of(List.of(folder)), image -> image.steps().get(1));

        assertTrue(summary.isComplete());
        assertEquals("ann", kafka.reference(0).getSubjectId());
        assertEquals("bob", kafka.reference(1).getSubjectId());
    }

    @Test
    void aFolderOfClassesLabelsItsImages() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        write("ann/1.png", 1);
        write("bob/1.png", 2);

        BulkSummary summary = submission(kafka, PATIENCE)
                .labelled(
                        ImageSources.of(List.of(folder)),
                        "cli",
                        image -> image.steps().get(1));

        assertEquals(2, summary.sent());
        assertEquals("ann", kafka.labelled(0).getSubjectId());
        assertEquals("bob", kafka.labelled(1).getSubjectId());
        assertEquals("cli", kafka.labelled(1).getSourceId());
    }

    @Test
    void moreImagesThanTheWindowAllArrive() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        int many = 3 * BulkSubmission.WINDOW + 7;
        for (int i = 0; i < many; i++) {
            write("%04d.png".formatted(i), 1);
        }

        BulkSummary summary = submission(kafka, PATIENCE).probes(ImageSources.of(List.of(folder)), "cli", IDENTIFY);

        assertEquals(many, summary.sent());
        assertEquals(many, kafka.sent().size());
    }

    @Test
    void aFullBudgetMakesItWaitInsteadOfFail() throws Exception {
        FakeKafka kafka = FakeKafka.silent(2 * (NoiseImages.png(1).length + 400));
        for (int i = 0; i < 6; i++) {
            write(i + ".png", i);
        }

        CompletableFuture<BulkSummary> summary = CompletableFuture.supplyAsync(() -> submit(kafka, PATIENCE));
        await().until(() -> kafka.sent().size() == 2);
        assertFalse(summary.isDone());
        await().until(() -> {
            kafka.producer.completeNext();
            return summary.isDone();
        });

        assertTrue(summary.get().isComplete());
        assertEquals(6, summary.get().sent());
        assertEquals(6, kafka.sent().size());
    }

    @Test
    void aBrokerThatStaysAwayEndsItWithTheImageAtWhichItDid() throws Exception {
        FakeKafka kafka = FakeKafka.silent(300);
        var waits = kafka.publisher.enrol("ann", NoiseImages.png(9));
        write("1.png", 1);
        write("2.png", 2);

        BulkSummary summary = submit(kafka, Duration.ofMillis(100));

        assertFalse(waits.isDone());
        assertEquals(0, summary.sent());
        assertTrue(summary.aborted().orElseThrow().contains("1.png: "), summary.toString());
    }

    @Test
    void aTopicThatIsForbiddenEndsItAndWhatWasAcknowledgedCounts() throws Exception {
        FakeKafka kafka = FakeKafka.silent(10 << 20);
        for (int i = 0; i < 3; i++) {
            write(i + ".png", i);
        }

        CompletableFuture<BulkSummary> summary = CompletableFuture.supplyAsync(() -> submit(kafka, PATIENCE));
        await().until(() -> kafka.sent().size() == 3);
        kafka.producer.completeNext();
        kafka.producer.errorNext(new TopicAuthorizationException("denied"));
        kafka.producer.completeNext();

        assertEquals(2, summary.get().sent());
        assertTrue(summary.get().aborted().orElseThrow().contains("1.png: the broker doesn't let"));
    }

    @Test
    void theBarCountsEachOutcome() throws Exception {
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        try (BulkProgress bar =
                BulkProgress.show("enrol", 2, new PrintStream(terminal, true, StandardCharsets.UTF_8))) {
            bar.accept(new BulkOutcome.Sent("a", new ImagePublisher.Receipt("1", 0, 0, Map.of())));
            bar.accept(new BulkOutcome.Refused("b", "no image"));
        }

        assertTrue(terminal.toString(StandardCharsets.UTF_8).contains("2/2"), terminal.toString());
    }

    private BulkSubmission submission(FakeKafka kafka, Duration patience) {
        return new BulkSubmission(kafka.publisher, patience, outcomes::add);
    }

    private BulkSummary submit(FakeKafka kafka, Duration patience) {
        try {
            return submission(kafka, patience).probes(ImageSources.of(List.of(folder)), "cli", IDENTIFY);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void write(String name, int seed) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, NoiseImages.png(seed));
    }
}
