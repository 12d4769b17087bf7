package io.twinstream.deploy.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.testkit.Packages;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.verifier.embeddings.EmbeddingFolder;
import io.twinstream.verifier.gallery.Gallery.EnrolledSubject;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.lookahead.PreparedProbe;
import io.twinstream.verifier.lookahead.ProbeInFlight;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.references.GalleryUpdate;
import io.twinstream.verifier.references.GalleryUpdate.WorkShare;
import io.twinstream.verifier.references.UnusableReferences.Unusable;
import io.twinstream.verifier.settings.Shard;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Judges records with an empty sheet, on which the model stands still, among others. */
class StuckRecordTest {
    private static final TopicPartition PROBES = new TopicPartition("probes", 0);
    private static final int SIDE = 105;
    private static final int STUCK = 2;
    /** References of several batches. */
    private static final int REFERENCES = 70;

    private ServingModel model;

    @BeforeEach
    void open() throws IOException {
        byte[] archive = Packages.altered(
                new ModelId("letters", "2"),
                RunawayGraphs.turningOnEmptySheets(),
                ShippedModel.read("").manifest().golden());
        model = ServingModel.open(PackageArchive.read(archive, "a test's package"), ProviderChoice.CPU, 1e-3, 1e-2, 1);
        model.embedder().warm(8, new EmbedBatch.Buffers());
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void aProbeIsRejectedAsStuckItsNeighboursAreNotAndItHoldsNothingUpWhenItComesAgain() throws Exception {
        LookAheads.OfThread lookAhead = new LookAheads(PROBES.topic(), ImageLimits.DEFAULT, 8).ofThisThread();
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int offset = 0; offset < 5; offset++) {
            records.add(new ConsumerRecord<>(PROBES.topic(), 0, offset, new byte[0], probe(offset)));
        }
        lookAhead.probes().polled(new ConsumerRecords<>(Map.of(PROBES, records), Map.of()));

        for (ConsumerRecord<byte[], byte[]> each : records) {
            if (each.offset() == STUCK) {
                PreparedProbe.Rejected rejected =
                        assertInstanceOf(PreparedProbe.Rejected.class, prepare(lookAhead, each));
                assertEquals("STUCK", rejected.reason());
                assertEquals("letters/2 stood still on its image twice", rejected.message());
            } else {
                assertInstanceOf(PreparedProbe.Embedded.class, prepare(lookAhead, each));
            }
        }

        // As after a transaction that was given up.
        lookAhead.probes().polled(new ConsumerRecords<>(Map.of(PROBES, records), Map.of()));
        long begun = System.nanoTime();
        for (ConsumerRecord<byte[], byte[]> each : records) {
            assertEquals(each.offset() == STUCK, prepare(lookAhead, each) instanceof PreparedProbe.Rejected);
        }
        assertTrue(System.nanoTime() - begun < 2e9, "it was run again");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aReferenceIsUnusableAndItsNeighboursAreEnrolled(int threads) throws Exception {
        GalleryUpdate update = new GalleryUpdate(
                model,
                ImageLimits.DEFAULT,
                new WorkShare(1, threads, () -> false),
                Shard.WHOLE,
                () -> new EmbeddingFolder("").open("", model.matchFunction().foldedLength()));
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (int i = 0; i < REFERENCES; i++) {
            Reference reference = new Reference(
                    "s" + i, "1", Instant.EPOCH, ByteBuffer.wrap(i == STUCK ? sheet(0) : sheet(9 + i % 20)), null);
            records.add(new ConsumerRecord<>(
                    "references",
                    0,
                    i,
                    "s" + i + "/1",
                    RecordSerde.of(Reference.class).encode(reference)));
        }

        update.apply(records);

        assertEquals(
                List.of(new Unusable("s2/1", "STUCK", "the model stood still on its image twice")),
                update.unusable().page("", 10));
        assertEquals(
                IntStream.range(0, REFERENCES)
                        .filter(i -> i != STUCK)
                        .mapToObj(i -> "s" + i)
                        .collect(Collectors.toSet()),
                model.gallery().subjects("", "", REFERENCES).subjects().stream()
                        .map(EnrolledSubject::subject)
                        .collect(Collectors.toSet()));
    }

    private Object prepare(LookAheads.OfThread lookAhead, ConsumerRecord<byte[], byte[]> record) {
        try (ModelLease lease = ModelChoice.always(model).serving(Instant.EPOCH)) {
            ProbeInFlight probe = lookAhead.probes().turn(PROBES, record.offset(), record.headers());
            return lookAhead.serving().prepare(lease, probe, record.value());
        }
    }

    private static byte[] probe(int offset) throws IOException {
        byte[] image = offset == STUCK ? sheet(0) : sheet(7 + offset);
        return RecordSerde.of(Probe.class)
                .encode(new Probe("p" + offset, "test", Instant.EPOCH, ByteBuffer.wrap(image), new Identify(1), null));
    }

    /** Returns a sheet with a blot of this size. */
    static byte[] sheet(int blot) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = image.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, SIDE, SIDE);
        pen.setColor(Color.BLACK);
        pen.fillRect(SIDE / 3, SIDE / 3, blot, 2 * blot);
        pen.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
