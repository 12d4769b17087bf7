package io.twinstream.ingest.publish;

import static io.twinstream.ingest.publish.FakeKafka.TOPICS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.NoiseImages;
import io.twinstream.ingest.image.Shrunk;
import io.twinstream.ingest.publish.PublishException.PublishFault;
import io.twinstream.ingest.settings.ProbeKey;
import io.twinstream.ingest.settings.Shrink;
import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.schemas.topic.ShrunkHeaders;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class ImagePublisherTest {
    private static final byte[] IMAGE = NoiseImages.png(1);
    private static final byte[] LARGE = NoiseImages.of("png", 5, 1500, 1100);
    private static final ProbeRequest.Task IDENTIFY = new ProbeRequest.Task.Identify(1);

    @Test
    void aProbeStandsUnderItsIdWithItsImageAndTask() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();

        String id = kafka.publisher
                .probe(new ProbeRequest("p1", "gate", IMAGE, new ProbeRequest.Task.Claim("ann")))
                .get()
                .id();

        assertEquals("p1", id);
        assertEquals(TOPICS.probes(), kafka.sent().get(0).topic());
        assertEquals("p1", kafka.sent().get(0).key());
        assertEquals("gate", kafka.probe(0).getSourceId());
        assertEquals("p1", kafka.probe(0).getProbeId());
        assertEquals(FakeKafka.NOW, kafka.probe(0).getSubmittedAt());
        assertArrayEquals(IMAGE, kafka.probe(0).getImage().array());
        assertEquals(
                "ann", assertInstanceOf(Claim.class, kafka.probe(0).getTask()).getSubjectId());
    }

    @Test
    void whereTheOrderOfASourceIsAskedForItsProbesHaveOneKey() throws Exception {
        FakeKafka kafka = FakeKafka.keying(ProbeKey.SOURCE);

        for (String id : List.of("p1", "p2")) {
            kafka.publisher.probe(new ProbeRequest(id, "gate", IMAGE, IDENTIFY)).get();
        }

        assertEquals(
                List.of("gate", "gate"),
                kafka.sent().stream().map(record -> record.key()).toList());
    }

    @Test
    void aPairCarriesBothImagesAndBothAreChecked() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        byte[] other = NoiseImages.png(2);

        var unused = kafka.publisher.probe(ProbeRequest.of("gate", IMAGE, new ProbeRequest.Task.Pair(other)));

        assertArrayEquals(
                other,
                assertInstanceOf(Pair.class, kafka.probe(0).getTask())
                        .getImage()
                        .array());
        ProbeRequest bad = ProbeRequest.of("gate", IMAGE, new ProbeRequest.Task.Pair(new byte[] {1, 2, 3}));
        assertThrows(ImageRefusedException.class, () -> kafka.publisher.probe(bad));
        assertEquals(1, kafka.sent().size());
    }

    @Test
    void aReferenceIsNamedAfterItsImageSoThatEnrollingItTwiceIsOneReference() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();

        String first = kafka.publisher.enrol("ann", IMAGE).get().id();
        String second = kafka.publisher.enrol("ann", IMAGE).get().id();
        String other = kafka.publisher.enrol("ann", NoiseImages.png(2)).get().id();

        assertEquals(first, second);
        assertNotEquals(first, other);
        assertTrue(first.matches("[0-9a-f]{16}"), first);
        assertEquals("ann/" + first, kafka.sent().get(0).key());
        assertEquals(TOPICS.references(), kafka.sent().get(0).topic());
        assertEquals(first, kafka.reference(0).getReferenceId());
    }

    @Test
    void aLabelledImageStandsUnderItsSubjectOrTheProbeThatItCameAs() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();

        String id = kafka.publisher
                .label(Label.submitted("ann", "gate"), new SentImage(IMAGE))
                .get()
                .id();

        assertEquals(ReferenceKey.ofImage("ann", IMAGE).referenceId(), id);
        assertEquals(TOPICS.labelledImages(), kafka.sent().get(0).topic());
        assertEquals("ann/" + id, kafka.sent().get(0).key());
        kafka.publisher
                .label(new Label("ann", "gate", LabelOrigin.CONFIRMED, "p-1"), new SentImage(IMAGE))
                .get();
        assertEquals("/p-1", kafka.sent().get(1).key());
        assertEquals(
                new LabelledImage(
                        "ann", "gate", FakeKafka.NOW, ByteBuffer.wrap(IMAGE), LabelOrigin.SUBMITTED, null, null),
                kafka.labelled(0));
        assertThrows(
                ImageRefusedException.class,
                () -> kafka.publisher.label(Label.submitted("ann", "gate"), new SentImage(new byte[] {1, 2, 3})));
        assertThrows(InvalidRequestException.class, () -> Label.submitted("a/b", "gate"));
    }

    @Test
    void aRefusedImageIsNeverSent() {
        FakeKafka kafka = FakeKafka.acknowledging();
        byte[] large = NoiseImages.of("bmp", 1, 300, 300);

        ImageRefusedException refused =
                assertThrows(ImageRefusedException.class, () -> kafka.publisher.enrol("ann", large));

        assertEquals(ImageFault.TOO_MANY_BYTES, refused.fault());
        assertTrue(kafka.sent().isEmpty());
    }

    @Test
    void idsThatBreakTheRuleAreRefusedWithTheRule() {
        for (String id : List.of("", "a/b", "a\nb", "a\u0000", "\ud800", "x".repeat(201))) {
            InvalidRequestException refused =
                    assertThrows(InvalidRequestException.class, () -> RequestIds.reference(id, "r"), id);
            assertTrue(refused.getMessage().contains(" subject id "), refused.getMessage());
            assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
        }
        assertEquals("x".repeat(200), RequestIds.reference("x".repeat(200), "r").subjectId());
        assertEquals(
                "J\u00f6rg \ud83d\ude00/r",
                RequestIds.reference("J\u00f6rg \ud83d\ude00", "r").name());
    }

    @Test
    void aCallPastTheBudgetFailsAtOnceAndAnAcknowledgementMakesRoom() throws Exception {
        FakeKafka kafka = FakeKafka.silent(2 * (IMAGE.length + 400));
        CompletableFuture<ImagePublisher.Receipt> first = kafka.publisher.enrol("ann", NoiseImages.png(1));
        CompletableFuture<ImagePublisher.Receipt> second = kafka.publisher.enrol("ann", NoiseImages.png(2));

        CompletableFuture<ImagePublisher.Receipt> third = kafka.publisher.enrol("ann", NoiseImages.png(3));

        assertEquals(PublishFault.BUSY, fault(third));
        assertFalse(first.isDone());
        assertEquals(2, kafka.sent().size());
        kafka.producer.completeNext();
        assertTrue(first.isDone());
        assertFalse(second.isDone());
        CompletableFuture<ImagePublisher.Receipt> fourth = kafka.publisher.enrol("ann", NoiseImages.png(3));
        assertFalse(fourth.isDone());
    }

    @Test
    void aFailedRecordGivesItsBytesBack() throws Exception {
        FakeKafka kafka = FakeKafka.silent(IMAGE.length + 400);
        for (int round = 0; round < 5; round++) {
            CompletableFuture<ImagePublisher.Receipt> sent = kafka.publisher.enrol("ann", IMAGE);
            assertFalse(sent.isDone(), "round " + round);
            kafka.producer.errorNext(new TimeoutException("expired"));
            assertTrue(sent.isCompletedExceptionally());
        }
        kafka.producer.sendException = new IllegalStateException("closed");
        for (int round = 0; round < 5; round++) {
            assertEquals(PublishFault.FAILED, fault(kafka.publisher.enrol("ann", IMAGE)));
        }
    }

    @Test
    void aClientsFailureBecomesOneLineWithTheMend() {
        assertEquals(
                PublishFault.MISSING_TOPIC,
                translated(new TimeoutException("x", new UnknownTopicOrPartitionException()))
                        .fault());
        assertTrue(translated(new UnknownTopicOrPartitionException())
                .getMessage()
                .contains("run `twinstream topics create`"));
        assertEquals(
                PublishFault.NOT_AUTHORIZED,
                translated(new TopicAuthorizationException("t")).fault());
        assertEquals(
                PublishFault.TOO_LARGE,
                translated(new RecordTooLargeException("x")).fault());
        assertEquals(
                PublishFault.UNACKNOWLEDGED,
                translated(new TimeoutException("x")).fault());
        assertEquals(
                PublishFault.BUSY,
                PublishException.of("t", new TimeoutException("x"), false).fault());
    }

    @Test
    void erasingOneReferenceIsATombstoneUnderItsKeyOnEachPartitionThatHoldsIt() throws Exception {
        Optional<byte[]> image = Optional.of(IMAGE);
        FakeKafka kafka = FakeKafka.holding(List.of(
                FakeKafka.reference(0, 0, "ann/r1", image),
                FakeKafka.reference(0, 1, "ann/r2", image),
                FakeKafka.reference(1, 0, "ann/r1", image)));

        assertEquals(1, kafka.publisher.erase("ann", "r1").get().images());
        assertEquals(0, kafka.publisher.erase("ann", "r3").get().images());

        assertEquals(
                List.of(0, 1),
                kafka.sent().stream().map(record -> record.partition()).toList());
        assertTrue(kafka.sent().stream().allMatch(record -> record.key().equals("ann/r1") && record.value() == null));
    }

    @Test
    void erasingOneReferenceReachesEachFormOfItsKey() throws Exception {
        Optional<byte[]> image = Optional.of(IMAGE);
        FakeKafka kafka = FakeKafka.holding(List.of(
                FakeKafka.reference(0, "Jos\u00e9/r1", image),
                FakeKafka.reference(1, "Jose\u0301/r1", image),
                FakeKafka.reference(2, "Jose/r1", image),
                FakeKafka.reference(3, "ann\u200b/r1", image)));

        kafka.publisher.erase("Jos\u00e9", "r1").get();
        kafka.publisher.erase("ann\u200b", "r1").get();

        assertEquals(
                Set.of("Jos\u00e9/r1", "Jose\u0301/r1", "ann\u200b/r1"),
                kafka.sent().stream().map(record -> record.key()).collect(Collectors.toSet()));
    }

    @Test
    void erasingASubjectReachesWhatWasEnrolledInAnyForm() throws Exception {
        Optional<byte[]> image = Optional.of(IMAGE);
        FakeKafka kafka = FakeKafka.holding(List.of(
                FakeKafka.reference(0, "Jos\u00e9/r1", image),
                FakeKafka.reference(1, "Jose\u0301/r1", image),
                FakeKafka.reference(2, "Jose/r1", image),
                FakeKafka.reference(3, "Jose\u0301\u200b/r1", image)));

        assertEquals(2, kafka.publisher.eraseAll("Jose\u0301").get().images());
        assertEquals(1, kafka.publisher.eraseAll("Jos\u00e9\u200b").get().images());

        assertEquals(
                Set.of("Jos\u00e9/r1", "Jose\u0301/r1", "Jose\u0301\u200b/r1"),
                kafka.sent().stream().map(record -> record.key()).collect(Collectors.toSet()));
    }

    @Test
    void anIdIsSentComposedInWhateverFormItCame() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();

        kafka.publisher.enrol("Jose\u0301", IMAGE).get();
        kafka.publisher
                .label(Label.submitted("Jose\u0301", "Tu\u0308r"), new SentImage(IMAGE))
                .get();
        kafka.publisher
                .probe(new ProbeRequest("Fru\u0308h", "Tu\u0308r", IMAGE, new ProbeRequest.Task.Claim("Jose\u0301")))
                .get();

        assertTrue(kafka.sent().get(0).key().startsWith("Jos\u00e9/"));
        assertTrue(kafka.sent().get(1).key().startsWith("Jos\u00e9/"));
        assertEquals("Fr\u00fch", kafka.sent().get(2).key());
        assertEquals("T\u00fcr", kafka.probe(2).getSourceId());
        assertEquals(
                "Jos\u00e9",
                assertInstanceOf(Claim.class, kafka.probe(2).getTask()).getSubjectId());
    }

    @Test
    void aSubjectIsErasedFromThePartitionsOnWhichItsReferencesLie() throws Exception {
        Optional<byte[]> image = Optional.of(IMAGE);
        FakeKafka kafka = FakeKafka.holding(List.of(
                FakeKafka.reference(0, 0, "ann/r1", image),
                FakeKafka.reference(0, 1, "ann/r2", image),
                FakeKafka.reference(1, 0, "ann/r1", image),
                FakeKafka.reference(1, 1, "ann/r2", Optional.empty())));

        ImagePublisher.Erased erased = kafka.publisher.eraseAll("ann").get();

        assertEquals(2, erased.images());
        assertEquals(
                Set.of("0 ann/r1", "1 ann/r1", "0 ann/r2"),
                kafka.sent().stream()
                        .map(record -> record.partition() + " " + record.key())
                        .collect(Collectors.toSet()));
    }

    @Test
    void erasingASubjectErasesEveryLiveReferenceOfItAndOfNobodyElse() throws Exception {
        Optional<byte[]> image = Optional.of(IMAGE);
        FakeKafka kafka = FakeKafka.holding(List.of(
                FakeKafka.reference(0, "ann/r1", image),
                FakeKafka.reference(1, "anna/r1", image),
                FakeKafka.reference(2, "ann/r2", image),
                FakeKafka.reference(3, "ann/r3", image),
                FakeKafka.reference(4, "ann/r2", Optional.empty()),
                FakeKafka.reference(5, "ann/r1", image)));

        ImagePublisher.Erased erased = kafka.publisher.eraseAll("ann").get();

        assertEquals(new ImagePublisher.Erased(2, Optional.empty()), erased);
        assertEquals(
                List.of("ann/r1", "ann/r3"),
                kafka.sent().stream().map(record -> record.key()).toList());
        assertTrue(kafka.sent().stream().allMatch(record -> record.value() == null));
        assertEquals(0, kafka.publisher.eraseAll("bob").get().images());
    }

    @Test
    void erasingASubjectErasesWhatAnOpenTransactionMayBringAndTrustsNoneOfItsTombstones() throws Exception {
        Optional<byte[]> image = Optional.of(IMAGE);
        FakeKafka kafka = FakeKafka.holding(
                List.of(
                        FakeKafka.reference(0, "ann/r1", image),
                        FakeKafka.reference(1, "ann/r2", image),
                        FakeKafka.reference(2, "ann/r2", Optional.empty()),
                        FakeKafka.reference(3, "ann/r3", image),
                        FakeKafka.reference(4, "bob/r1", image),
                        FakeKafka.reference(5, "ann/r1", Optional.empty()),
                        FakeKafka.reference(6, "ann/r3", Optional.empty())),
                3);

        ImagePublisher.Erased erased = kafka.publisher.eraseAll("ann").get();

        assertEquals(new ImagePublisher.Erased(2, Optional.of("held back")), erased);
        assertEquals(
                List.of("ann/r1", "ann/r3"),
                kafka.sent().stream().map(record -> record.key()).toList());
    }

    @Test
    void candidatesOutOfRangeAreRefused() {
        assertThrows(InvalidRequestException.class, () -> new ProbeRequest.Task.Identify(0));
        assertThrows(InvalidRequestException.class, () -> new ProbeRequest.Task.Identify(101));
        assertEquals(new ProbeRequest.Task.Identify(1), IDENTIFY);
    }

    private static PublishException translated(Throwable failure) {
        return PublishException.of("t", failure, true);
    }

    @Test
    void aPictureThatItsTopicDoesNotTakeIsMadeSmallerAndSaysSo() throws Exception {
        FakeKafka kafka = FakeKafka.taking(1_200_000, Shrink.FIT);

        ImagePublisher.Receipt receipt = kafka.publisher.enrol("ann", LARGE).get();

        byte[] value = kafka.sent().get(0).value();
        Shrunk shrunk = requireNonNull(receipt.shrunk().get("image"));
        assertTrue(value.length <= 1_200_000 && value.length > 600_000, value.length + " bytes");
        assertEquals(shrunk.sentBytes(), kafka.reference(0).getImage().remaining());
        assertEquals(Sha256.of(LARGE), shrunk.sha256());
        assertEquals(Sha256.of(LARGE).substring(0, 16), receipt.id(), "the same picture again is the same reference");
        assertEquals(
                "bytes=%d width=1500 height=1100 sha256=%s".formatted(LARGE.length, Sha256.of(LARGE)),
                new String(
                        kafka.sent()
                                .get(0)
                                .headers()
                                .lastHeader(ShrunkHeaders.IMAGE)
                                .value(),
                        UTF_8));
        assertEquals(1, kafka.registry.get(Metric.INGEST_SHRUNK.id()).counter().count());
    }

    @Test
    void aRegionShrinksWithItsPicture() throws Exception {
        FakeKafka kafka = FakeKafka.taking(1_200_000, Shrink.FIT);
        Region region =
                new Region(300f, 220f, 600f, 550f, 0.8f, List.of(new Point(450f, 400f), new Point(749.5f, 549.5f)));

        ImagePublisher.Receipt receipt = kafka.publisher
                .probe(ProbeRequest.of(
                        "gate",
                        new SentImage(LARGE, region),
                        new ProbeRequest.Task.Pair(new SentImage(IMAGE, new Region(1f, 2f, 3f, 4f, 1f, List.of())))))
                .get();

        Shrunk shrunk = requireNonNull(receipt.shrunk().get("image"));
        Region sent = requireNonNull(kafka.probe(0).getRegion());
        assertTrue(shrunk.sentWidth() < 1500, shrunk.toString());
        assertEquals(0.2, sent.getX() / shrunk.sentWidth(), 1e-6);
        assertEquals(0.2, sent.getY() / shrunk.sentHeight(), 1e-6);
        assertEquals(0.4, sent.getWidth() / shrunk.sentWidth(), 1e-6);
        assertEquals(0.5, sent.getHeight() / shrunk.sentHeight(), 1e-6);
        assertEquals(0.8f, sent.getScore());
        Point middle = sent.getPoints().get(1);
        assertEquals(shrunk.sentWidth() / 2.0 - 0.5, middle.getX(), 1e-3, "the picture's centre stays its centre");
        assertEquals(shrunk.sentHeight() / 2.0 - 0.5, middle.getY(), 1e-3);
        assertEquals(
                new Region(1f, 2f, 3f, 4f, 1f, List.of()),
                assertInstanceOf(Pair.class, kafka.probe(0).getTask()).getRegion(),
                "of a picture that is sent as it came the region stays");
    }

    @Test
    void aRegionIsCountedInThePictureAsItIsSeen() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        byte[] turned = NoiseImages.turned(NoiseImages.of("jpg", 1, 60, 200));
        Region right = new Region(150f, 10f, 40f, 40f, 1f, List.of());
        Region below = new Region(10f, 150f, 40f, 40f, 1f, List.of());

        kafka.publisher
                .probe(ProbeRequest.of("gate", new SentImage(turned, right), IDENTIFY))
                .get();
        InvalidRequestException refused = assertThrows(
                InvalidRequestException.class,
                () -> kafka.publisher.probe(ProbeRequest.of("gate", new SentImage(turned, below), IDENTIFY)));

        assertEquals(right, kafka.probe(0).getRegion());
        assertArrayEquals(turned, kafka.probe(0).getImage().array());
        assertTrue(
                String.valueOf(refused.getMessage())
                        .contains("200 x 60 pixels when upright: count its pixels after the picture is turned"),
                refused.getMessage());
    }

    @Test
    void aRegionInATurnedPictureShrinksAsItIsSeen() throws Exception {
        FakeKafka kafka = FakeKafka.taking(600_000, Shrink.FIT);
        byte[] turned = NoiseImages.turned(NoiseImages.of("jpg", 1, 1100, 1500));

        ImagePublisher.Receipt receipt = kafka.publisher
                .enrol(
                        RequestIds.reference("ann", "r"),
                        new SentImage(turned, new Region(750f, 275f, 300f, 110f, 1f, List.of())))
                .get();

        Shrunk shrunk = requireNonNull(receipt.shrunk().get("image"));
        Region sent = requireNonNull(kafka.reference(0).getRegion());
        assertTrue(shrunk.sentWidth() > shrunk.sentHeight(), shrunk.toString());
        assertEquals(0.5, sent.getX() / shrunk.sentWidth(), 1e-6);
        assertEquals(0.25, sent.getY() / shrunk.sentHeight(), 1e-6);
        assertEquals(0.2, sent.getWidth() / shrunk.sentWidth(), 1e-6);
        assertEquals(0.1, sent.getHeight() / shrunk.sentHeight(), 1e-6);
    }

    @Test
    void aRegionThatVanishesWithItsShrunkPictureIsRefused() {
        FakeKafka kafka = FakeKafka.taking(1_200_000, Shrink.FIT);
        SentImage speck = new SentImage(LARGE, new Region(-1f, 3f, 1.52f, 2f, 1f, List.of()));

        assertThrows(
                InvalidRequestException.class, () -> kafka.publisher.enrol(RequestIds.reference("ann", "r"), speck));
        assertTrue(kafka.sent().isEmpty());
    }

    @Test
    void theTwoPicturesOfAPairFitTogetherAndTheSmallOneStaysAsItIs() throws Exception {
        FakeKafka kafka = FakeKafka.taking(1_200_000, Shrink.FIT);

        ImagePublisher.Receipt one = kafka.publisher
                .probe(ProbeRequest.of("gate", IMAGE, new ProbeRequest.Task.Pair(LARGE)))
                .get();
        ImagePublisher.Receipt both = kafka.publisher
                .probe(ProbeRequest.of("gate", LARGE, new ProbeRequest.Task.Pair(LARGE)))
                .get();

        assertEquals(Set.of("reference"), one.shrunk().keySet());
        assertArrayEquals(IMAGE, kafka.probe(0).getImage().array());
        assertEquals(Set.of("image", "reference"), both.shrunk().keySet());
        kafka.sent().forEach(each -> assertTrue(each.value().length <= 1_200_000));
    }

    @Test
    void whereNothingIsToBeMadeSmallerWhatDoesNotFitIsTooLarge() throws Exception {
        FakeKafka kafka = FakeKafka.taking(1_200_000, Shrink.NEVER);

        assertEquals(PublishFault.TOO_LARGE, fault(kafka.publisher.enrol("ann", LARGE)));
        assertEquals(
                "p",
                kafka.publisher
                        .probe(new ProbeRequest("p", "gate", IMAGE, new ProbeRequest.Task.Identify(1)))
                        .get()
                        .id());
        assertEquals(1, kafka.sent().size());
    }

    @Test
    void referencesAndLabelledImagesAreDecodedBeforeTheyAreSentAndProbesAreNot() throws Exception {
        FakeKafka kafka = FakeKafka.acknowledging();
        byte[] jpeg = NoiseImages.of("jpg", 1, 200, 200);
        byte[] cut = Arrays.copyOf(jpeg, jpeg.length / 2);

        assertThrows(ImageRefusedException.class, () -> kafka.publisher.enrol("ann", cut));
        assertThrows(
                ImageRefusedException.class,
                () -> kafka.publisher.label(Label.submitted("ann", "gate"), new SentImage(cut)));
        assertTrue(kafka.sent().isEmpty());
        var unused = kafka.publisher
                .probe(ProbeRequest.of("gate", cut, new ProbeRequest.Task.Identify(1)))
                .get();
    }

    private static PublishFault fault(CompletableFuture<?> sent) {
        ExecutionException failure = assertThrows(ExecutionException.class, sent::get);
        return assertInstanceOf(PublishException.class, failure.getCause()).fault();
    }
}
