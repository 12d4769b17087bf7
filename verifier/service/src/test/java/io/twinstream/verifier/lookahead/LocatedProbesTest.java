package io.twinstream.verifier.lookahead;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.inference.LocatedModels;
import io.twinstream.verifier.inference.LocatedModels.Spot;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.lookahead.PreparedProbe.Embedded;
import io.twinstream.verifier.lookahead.PreparedProbe.EmbeddedRegion;
import io.twinstream.verifier.lookahead.PreparedProbe.Rejected;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.RegionChoice;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests what is embedded of probes where a package has a locator, or their senders say where to look. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocatedProbesTest {
    private static final String TOPIC = "probes";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Spot FIRST = new Spot(1, 1, 1, 4);
    private static final Spot SECOND = new Spot(4, 2, 2, 0);
    private static final Spot THIRD = new Spot(6, 6, 3, 2);
    private static final Picture SCENE = LocatedModels.scene(FIRST, SECOND);
    private static final float CLOSE = 1e-5f;

    private final ServingModel boxed = ServingModels.byDistance(LocatedModels.boxed());
    private final ServingModel aligned = ServingModels.byDistance(LocatedModels.aligned());
    private final ServingModel whole = ServingModels.byDistance(LocatedModels.whole());

    @AfterAll
    void close() {
        boxed.close();
        aligned.close();
        whole.close();
    }

    @Test
    void theLargestIsEmbeddedUnlessTheSenderSaysWhereToLook() {
        List<Embedded> embedded = embedded(
                boxed,
                identify(SCENE),
                Probes.with(SECOND.box().written(), identify(SCENE)),
                identify(LocatedModels.scene()),
                identify(LocatedModels.scene(THIRD)));

        assertRegions(embedded.get(0), FIRST);
        assertEquals(List.of(SECOND.box()), regions(embedded.get(1)));
        assertArrayEquals(byHand(SECOND), embedded.get(1).embeddings().get(0));
        assertEquals(UndecidedCause.NOTHING_FOUND, embedded.get(2).cause());
        assertEquals(List.of(), embedded.get(2).embeddings());
        assertEquals(List.of(), embedded.get(2).regions());
        assertRegions(embedded.get(3), THIRD);
    }

    @Test
    void allThatIsFoundIsEmbeddedWhereAllIsJudgedAndASendersRegionStaysAlone() {
        List<Embedded> embedded = embedded(
                ServingModels.judging(RegionChoice.ALL, boxed),
                identify(SCENE),
                Probes.with(SECOND.box().written(), identify(SCENE)),
                identify(LocatedModels.scene(THIRD, FIRST, SECOND)));

        assertRegions(embedded.get(0), FIRST, SECOND);
        assertEquals(List.of(SECOND.box()), regions(embedded.get(1)));
        assertRegions(embedded.get(2), FIRST, THIRD, SECOND);
    }

    @Test
    void moreProbesThanFitIntoABatchAreEachEmbeddedWithTheirOwnRegions() {
        List<Probe> probes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            probes.add(identify(i % 3 == 0 ? SCENE : LocatedModels.scene(new Spot(i % 8, i / 8, i, 0))));
        }

        List<Embedded> embedded =
                embedded(ServingModels.judging(RegionChoice.ALL, boxed), probes.toArray(Probe[]::new));

        for (int i = 0; i < 40; i++) {
            if (i % 3 == 0) {
                assertRegions(embedded.get(i), FIRST, SECOND);
            } else {
                assertRegions(embedded.get(i), new Spot(i % 8, i / 8, i, 0));
            }
        }
    }

    @Test
    void ofAPairsReferenceTheLargestOrItsOwnRegionCounts() {
        Pair found = Probes.pairWith(Probes.png(SCENE));
        Pair given = new Pair(ByteBuffer.wrap(Probes.png(SCENE)), SECOND.box().written());
        for (RegionChoice choice : RegionChoice.values()) {
            List<Embedded> embedded = embedded(
                    ServingModels.judging(choice, boxed),
                    Probes.probe("p", Probes.png(LocatedModels.scene(THIRD)), found),
                    Probes.probe("p", Probes.png(LocatedModels.scene(THIRD)), given),
                    Probes.probe(
                            "p",
                            Probes.png(LocatedModels.scene(THIRD)),
                            Probes.pairWith(Probes.png(LocatedModels.scene()))));

            assertArrayEquals(byHand(FIRST), embedded.get(0).embeddings().get(1));
            assertArrayEquals(byHand(SECOND), embedded.get(1).embeddings().get(1));
            assertEquals(UndecidedCause.NOTHING_FOUND, embedded.get(2).cause());
            for (Embedded each : embedded) {
                assertRegions(each, THIRD);
            }
        }
    }

    @Test
    void aPackageWithoutLocatorCutsTheRegionOutAndTakesOtherPicturesWhole() {
        List<Embedded> embedded =
                embedded(whole, Probes.with(SECOND.box().written(), identify(SCENE)), identify(SCENE));

        assertArrayEquals(byHand(SECOND), embedded.get(0).embeddings().get(0));
        assertEquals(List.of(SECOND.box()), regions(embedded.get(0)));
        assertArrayEquals(
                whole.embedder().embedAll(List.of(SCENE))[0],
                embedded.get(1).embeddings().get(0));
        assertEquals(List.of(), embedded.get(1).regions());
    }

    @Test
    void pointsAreLaidOntoTheTemplateAndABoxWithoutThemIsSearchedForThem() {
        Region around = new Region(SECOND.box().x() - 10, SECOND.box().y() - 10, 40, 40, 1, List.of());

        List<Embedded> embedded = embedded(
                aligned,
                Probes.with(SECOND.region().written(), identify(SCENE)),
                identify(LocatedModels.scene(SECOND)),
                Probes.with(around.written(), identify(SCENE)));

        assertArrayEquals(
                embedded.get(1).embeddings().get(0),
                embedded.get(0).embeddings().get(0),
                CLOSE);
        Region seen = embedded.get(2).regions().get(0).region();
        assertTrue(SECOND.box().overlap(seen) > 0.2, seen.toString());
    }

    @Test
    void aWrongRegionIsABadRequestThatSaysWhatToDoAndItsNeighboursAreEmbedded() {
        Region beside = new Region(200, 0, 10, 10, 1, List.of());
        Pair second = new Pair(ByteBuffer.wrap(Probes.png(SCENE)), beside.written());
        List<PreparedProbe> prepared = prepared(
                boxed,
                identify(SCENE),
                Probes.with(beside.written(), identify(SCENE)),
                Probes.probe("p", Probes.png(SCENE), second),
                identify(LocatedModels.scene(THIRD)));

        assertRegions((Embedded) prepared.get(0), FIRST);
        Rejected first = assertInstanceOf(Rejected.class, prepared.get(1));
        assertEquals("BAD_REQUEST", first.reason());
        assertTrue(first.message().startsWith("the region lies beside the picture, at x 200.0"), first.message());
        Rejected ofSecond = assertInstanceOf(Rejected.class, prepared.get(2));
        assertTrue(ofSecond.message().startsWith("of the second picture, the region lies"), ofSecond.message());
        assertRegions((Embedded) prepared.get(3), THIRD);
    }

    @Test
    void aRegionOfALargePictureIsCountedInThePicturesOwnPixels() {
        byte[] samples = new byte[800 * 800];
        for (int i = 0; i < 100 * 100; i++) {
            samples[(300 + i / 100) * 800 + 500 + i % 100] = (byte) (i % 100 < 50 ? 200 : 100);
        }
        Picture large = new Picture(800, 800, 1, samples);
        Region region = new Region(500, 300, 100, 100, 1, List.of());

        // A decoder takes an eighth of a JPEG of this size where the whole of it counts.
        Probe probe = Probes.probe("p", Probes.jpeg(large), new Identify(1));
        Embedded embedded =
                embedded(whole, Probes.with(region.written(), probe)).get(0);

        float[] embedding = embedded.embeddings().get(0);
        for (int i = 0; i < embedding.length; i++) {
            assertEquals((i % 4 < 2 ? 200 : 100) / 255f, embedding[i], 0.05f);
        }
    }

    /** Asserts what was found, and that it is embedded as if it had been cut out by hand. */
    private void assertRegions(Embedded embedded, Spot... spots) {
        assertNull(embedded.cause());
        assertEquals(spots.length, embedded.regions().size());
        assertArrayEquals(
                embedded.regions().get(0).embedding(), embedded.embeddings().get(0));
        for (int i = 0; i < spots.length; i++) {
            EmbeddedRegion region = embedded.regions().get(i);
            assertEquals(spots[i].region().points(), region.region().points());
            assertArrayEquals(byHand(spots[i]), region.embedding());
            assertNull(region.cause());
        }
    }

    private float[] byHand(Spot spot) {
        Picture scene = LocatedModels.scene(spot);
        byte[] samples = new byte[LocatedModels.CELL * LocatedModels.CELL];
        for (int i = 0; i < samples.length; i++) {
            int row = spot.row() * LocatedModels.CELL + i / LocatedModels.CELL;
            samples[i] =
                    scene.samples()[row * scene.width() + spot.column() * LocatedModels.CELL + i % LocatedModels.CELL];
        }
        return whole.embedder().embedAll(List.of(new Picture(LocatedModels.CELL, LocatedModels.CELL, 1, samples)))[0];
    }

    private static List<Region> regions(Embedded embedded) {
        return embedded.regions().stream().map(EmbeddedRegion::region).toList();
    }

    private static Probe identify(Picture picture) {
        return Probes.probe("p", Probes.png(picture), new Identify(1));
    }

    private static List<Embedded> embedded(ServingModel model, Probe... probes) {
        return prepared(model, probes).stream()
                .map(each -> assertInstanceOf(Embedded.class, each))
                .toList();
    }

    /** Polls all before the first is asked for, so that they share batches. */
    private static List<PreparedProbe> prepared(ServingModel model, Probe... probes) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < probes.length; i++) {
            records.add(new ConsumerRecord<>(TOPIC, 0, i, new byte[0], Probes.encode(probes[i])));
        }
        LookAheads.OfThread lookAhead = new LookAheads(TOPIC, ImageLimits.DEFAULT, 16).ofThisThread();
        lookAhead.probes().polled(new ConsumerRecords<>(Map.of(PARTITION, records), Map.of()));
        List<PreparedProbe> prepared = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try (ModelLease lease = ModelChoice.always(model).serving(Instant.EPOCH)) {
                ProbeInFlight probe = lookAhead.probes().turn(PARTITION, record.offset(), record.headers());
                prepared.add(lookAhead.serving().prepare(lease, probe, record.value()));
            }
        }
        return prepared;
    }
}
