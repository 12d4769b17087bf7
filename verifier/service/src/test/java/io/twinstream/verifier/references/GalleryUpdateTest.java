package io.twinstream.verifier.references;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.embeddings.EmbeddingFolder;
import io.twinstream.verifier.gallery.Match;
import io.twinstream.verifier.gallery.SearchResult;
import io.twinstream.verifier.inference.InferenceException;
import io.twinstream.verifier.inference.Models;
import io.twinstream.verifier.lookahead.Probes;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.preprocess.PictureWarp;
import io.twinstream.verifier.preprocess.Views;
import io.twinstream.verifier.references.GalleryUpdate.WorkShare;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.settings.Shard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GalleryUpdateTest {
    private static final RecordSerde<Reference> SERDE = RecordSerde.of(Reference.class);

    private final ServingModel model = ServingModels.byDistance();
    private final GalleryUpdate update = new GalleryUpdate(model, ImageLimits.DEFAULT);
    private long offset;

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void aReferenceIsEnrolledWithItsOwnEmbedding() {
        update.apply(List.of(reference("ann", "1", 1)));

        assertHolds("ann/1", 1);
        assertEquals(1, model.gallery().size());
    }

    @Test
    void moreReferencesThanABatchHoldsAreEachEnrolledUnderTheirKey() {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            records.add(reference("s" + i, "1", i));
        }

        update.apply(records);

        assertEquals(70, model.gallery().size());
        for (int i = 0; i < 70; i++) {
            assertHolds("s" + i + "/1", i);
        }
    }

    @Test
    void aShardTakesItsOwnSubjectsAlone() {
        GalleryUpdate ofShard = new GalleryUpdate(
                model,
                ImageLimits.DEFAULT,
                new WorkShare(1, 1, () -> false),
                new Shard(1, 2),
                () -> new EmbeddingFolder("").open("", model.matchFunction().foldedLength()));

        // By their hashes alice belongs to shard 1, bob to shard 0.
        ofShard.apply(List.of(reference("alice", "1", 1), reference("bob", "1", 2), record("bob/2", new byte[] {3})));

        assertHolds("alice/1", 1);
        assertEquals(1, model.gallery().size());
        assertEquals(List.of(), unusable(ofShard));
    }

    @Test
    void onceStoppedItUsesTheModelNoMore() {
        update.apply(List.of(reference("ann", "1", 1)));

        update.stop();
        update.apply(List.of(reference("bob", "1", 2)));

        assertEquals(1, model.gallery().size());
    }

    @Test
    void whatTheModelCantUseIsListedUntilItIsReplacedOrErased() {
        update.apply(List.of(record("ann/1", new byte[] {1, 2}), record("bob/1", new byte[] {3})));
        assertEquals(List.of("ann/1", "bob/1"), unusable(update));
        assertEquals(
                new UnusableReferences.Count(2, Map.of(UnusableReferences.NOT_A_REFERENCE, 2)),
                update.unusable().count());

        update.apply(List.of(reference("ann", "1", 1), record("bob/1", null)));

        assertEquals(List.of(), unusable(update));
        assertEquals(0, update.unusable().count().all());
    }

    @Test
    void anEndlessKeyIsCutInTheList() {
        update.apply(List.of(record("ann/" + "x\n".repeat(50_000), new byte[] {1, 2})));

        String key = unusable(update).get(0);
        assertTrue(key.length() < 500 && key.endsWith("... (100004 characters)"), key);
        update.apply(List.of(record("ann/" + "x\n".repeat(50_000), null)));
        assertEquals(List.of(), unusable(update));
        assertEquals(0, update.unusable().count().all());
    }

    @Test
    void aLaterReferenceReplacesTheOneUnderItsKey() {
        update.apply(List.of(reference("ann", "1", 1)));

        update.apply(List.of(reference("ann", "1", 2)));

        assertHolds("ann/1", 2);
        assertEquals(1, model.gallery().size());
    }

    @Test
    void composedAndDecomposedAreOneReferenceWhoseYoungestRecordHolds() {
        update.apply(List.of(reference("Jose\u0301", "1", 1)));
        assertHolds("Jos\u00e9/1", 1);

        update.apply(List.of(reference("Jos\u00e9", "1", 2), reference("Jose\u0301", "1", 3)));
        assertHolds("Jos\u00e9/1", 3);
        assertEquals(1, model.gallery().size());

        update.apply(List.of(reference("Jose\u0301", "1", 4), record("Jos\u00e9/1", null)));
        assertEquals(0, model.gallery().size());
    }

    @Test
    void aReferenceWhoseIdNobodySeesIsUnusableUntilItIsErased() {
        update.apply(List.of(reference("ann\u200b", "1", 1), reference("ann", "\ufffd", 1)));

        assertEquals(0, model.gallery().size());
        assertEquals(
                "the subject id has U+200B ZERO WIDTH SPACE at 3: nobody sees it, leave it out",
                update.unusable().page("", 100).get(1).message());
        update.apply(List.of(record("ann\u200b/1", null), record("ann/\ufffd", null)));
        assertEquals(0, update.unusable().count().all());
    }

    @Test
    void aTombstoneErases() {
        update.apply(List.of(reference("ann", "1", 1), reference("ann", "2", 2)));

        update.apply(List.of(record("ann/1", null)));

        assertEquals(1, model.gallery().size());
        assertHolds("ann/2", 2);
    }

    @Test
    void ofAKeyThatLiesOnTwoPartitionsTheYoungestRecordHolds() {
        update.apply(List.of(placed(1, 9, reference("ann", "1", 2)), placed(1, 9, record("bob/1", null))));

        update.apply(List.of(placed(0, 5, reference("ann", "1", 1)), placed(0, 5, reference("bob", "1", 3))));
        assertEquals(1, model.gallery().size());
        assertHolds("ann/1", 2);

        update.apply(List.of(placed(0, 10, record("ann/1", null)), placed(1, 9, reference("ann", "1", 2))));
        assertEquals(0, model.gallery().size());

        update.apply(List.of(placed(0, 12, reference("bob", "1", 3))));
        assertHolds("bob/1", 3);
    }

    @Test
    void theLastRecordOfAKeyCountsWithinOnePoll() {
        update.apply(List.of(
                reference("ann", "1", 1),
                record("ann/1", null),
                reference("bob", "1", 3),
                record("cid/1", null),
                reference("cid", "1", 4),
                reference("bob", "1", 5)));

        assertEquals(2, model.gallery().size());
        assertHolds("bob/1", 5);
        assertHolds("cid/1", 4);
    }

    @Test
    void aReferenceThatCantBeUsedErasesTheOneThatItReplaces() {
        byte[] brokenImage = SERDE.encode(new Reference("ann", "1", Instant.EPOCH, ByteBuffer.wrap(new byte[5]), null));
        byte[] anothers =
                SERDE.encode(new Reference("bob", "1", Instant.EPOCH, ByteBuffer.wrap(Probes.image(1)), null));
        byte[] slashed =
                SERDE.encode(new Reference("ann/1", "", Instant.EPOCH, ByteBuffer.wrap(Probes.image(1)), null));
        for (byte[] unusable : new byte[][] {brokenImage, anothers, slashed, {1, 2, 3}, {}}) {
            update.apply(List.of(reference("ann", "1", 1)));

            update.apply(List.of(record("ann/1", unusable)));

            assertEquals(0, model.gallery().size());
        }
    }

    @Test
    void aKeyThatIsNoneIsPassedOver() {
        update.apply(List.of(
                record(null, null),
                record("", new byte[3]),
                record("ann", null),
                record("a/b/c", null),
                reference("ann", "1", 1)));

        assertEquals(1, model.gallery().size());
    }

    @Test
    void aReferenceIsEnrolledWithTheMeanOfItsViewsWhereTheModelAsksForThem() {
        try (ServingModel viewing = ServingModels.byDistance(Models.enrolling(3))) {
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                records.add(reference("s" + i, "1", i));
            }

            new GalleryUpdate(viewing, ImageLimits.DEFAULT).apply(records);

            assertEquals(40, viewing.gallery().size());
            for (int i = 0; i < 40; i += 13) {
                float[] mean = meanOfViews(i, 3);
                Match best = viewing.gallery().verify(mean, "s" + i).matches().get(0);
                assertEquals(viewing.matchFunction().logit(mean, mean), best.logit(), 1e-3);
            }
        }
    }

    @Test
    void whatIsReadBackAnswersAsWhatWasComputed(@TempDir Path folder) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            records.add(reference("s" + i, "1", i));
        }
        SearchResult computed;
        try (ServingModel before = ServingModels.byDistance()) {
            GalleryUpdate first = keeping(before, folder);
            first.apply(records);
            computed = before.gallery().identify(embedding(7), 40);
            first.close();
        }

        GalleryUpdate again = keeping(model, folder);
        again.apply(records);
        again.caughtUp();

        assertEquals(computed, model.gallery().identify(embedding(7), 40));
        again.close();
    }

    @Test
    void whatIsErasedOrReplacedIsOverwrittenOnTheDiskToo(@TempDir Path folder) throws IOException {
        GalleryUpdate keeping = keeping(model, folder);
        keeping.apply(List.of(reference("ann", "1", 1), reference("bob", "1", 2), reference("cid", "1", 3)));
        assertTrue(stands(folder, 1) && stands(folder, 2) && stands(folder, 3));

        keeping.apply(List.of(record("ann/1", null), reference("bob", "1", 4), record("cid/1", new byte[] {1})));

        assertTrue(stands(folder, 4));
        assertFalse(stands(folder, 1) || stands(folder, 2) || stands(folder, 3));
        keeping.close();
    }

    @Test
    void whatWasErasedWhileNobodyFollowedIsOverwrittenOnceAllIsEnrolled(@TempDir Path folder) throws IOException {
        try (ServingModel before = ServingModels.byDistance()) {
            GalleryUpdate first = keeping(before, folder);
            first.apply(List.of(reference("ann", "1", 1), reference("bob", "1", 2)));
            first.close();
        }

        GalleryUpdate again = keeping(model, folder);
        again.apply(List.of(reference("bob", "1", 2)));
        again.caughtUp();

        assertFalse(stands(folder, 1));
        assertTrue(stands(folder, 2));
        again.close();
    }

    @Test
    void aGalleryWhoseNumbersLieOnDiskAnswersAsOneInMemory(@TempDir Path folder) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 1_200; i++) {
            records.add(reference("s" + i, "1", i));
        }
        List<ConsumerRecord<String, byte[]>> later =
                List.of(record("s7/1", null), reference("s8", "1", 2_000), reference("new", "1", 7));
        update.apply(records);
        update.apply(later);
        try (ServingModel onDisk = ServingModels.byDistance()) {
            GalleryUpdate keeping = keeping(onDisk, folder);
            keeping.apply(records);
            keeping.caughtUp();
            keeping.apply(later);

            for (int image : new int[] {7, 8, 1_150, 2_000}) {
                assertEquals(
                        model.gallery().identify(embedding(image), 20),
                        onDisk.gallery().identify(embedding(image), 20));
                assertEquals(
                        model.gallery().verify(embedding(image), "s8"),
                        onDisk.gallery().verify(embedding(image), "s8"));
            }
            keeping.close();
        }
    }

    @Test
    void aPictureThatTheModelCantJudgeIsUnusableAndTakesThePlaceOfTheOneBefore() {
        try (ServingModel knowing = ServingModels.byDistance(Models.knowing(List.of(picture(Probes.strokes()))))) {
            GalleryUpdate refusing =
                    new GalleryUpdate(ServingModels.under(DomainRule.REFUSE, knowing), ImageLimits.DEFAULT);
            refusing.apply(List.of(
                    reference("ann", "1", Probes.strokes()),
                    reference("bob", "1", Probes.strokes()),
                    reference("cid", "1", Probes.strokes())));
            assertEquals(3, knowing.gallery().size());

            refusing.apply(List.of(reference("ann", "1", Probes.blank()), reference("bob", "1", Probes.image(1))));

            assertEquals(1, knowing.gallery().size());
            assertEquals(
                    List.of(
                            new UnusableReferences.Unusable("ann/1", "BLANK", "its picture has no contrast"),
                            new UnusableReferences.Unusable(
                                    "bob/1",
                                    "OUT_OF_DOMAIN",
                                    "its picture is of another kind than compact/knowing was trained for")),
                    refusing.unusable().page("", 10));

            refusing.apply(List.of(reference("ann", "1", Probes.strokes()), record("bob/1", null)));

            assertEquals(2, knowing.gallery().size());
            assertEquals(List.of(), unusable(refusing));
        }
    }

    @ParameterizedTest
    @EnumSource(value = DomainRule.class, names = "REFUSE", mode = EnumSource.Mode.EXCLUDE)
    void oneOfAnotherKindIsEnrolledWhereThatIsNotRefusedButABlankOneIsNot(DomainRule rule) {
        try (ServingModel knowing = ServingModels.byDistance(Models.knowing(List.of(picture(Probes.strokes()))))) {
            GalleryUpdate update = new GalleryUpdate(ServingModels.under(rule, knowing), ImageLimits.DEFAULT);

            update.apply(List.of(reference("ann", "1", Probes.blank()), reference("bob", "1", Probes.image(1))));

            assertEquals(List.of("ann/1"), unusable(update));
            assertEquals(1, knowing.gallery().size());
        }
    }

    @Test
    void anEmbeddingThatIsKeptBringsNoUnusableReferenceBack(@TempDir Path folder) {
        List<ConsumerRecord<String, byte[]>> records =
                List.of(reference("ann", "1", Probes.image(1)), reference("bob", "1", Probes.strokes()));
        for (int start = 0; start < 2; start++) {
            try (ServingModel knowing = ServingModels.byDistance(Models.knowing(List.of(picture(Probes.strokes()))))) {
                GalleryUpdate keeping = keeping(ServingModels.under(DomainRule.REFUSE, knowing), folder);
                keeping.apply(records);
                keeping.caughtUp();

                assertEquals(1, knowing.gallery().size());
                assertEquals(List.of("ann/1"), unusable(keeping));
                keeping.close();
            }
        }
    }

    @Test
    void aGalleryIsTheSameToTheBitOnOneThreadOnSeveralAndReadBack(@TempDir Path folder) throws IOException {
        List<List<ConsumerRecord<String, byte[]>>> polls = List.of(enrolments(), changes(), laterChanges());
        Built alone = built(1, folder.resolve("alone"), polls);
        assertEquals(300 - 3 - 50 + 21 - 1, alone.answer().gallerySize());
        assertEquals(3, alone.unusable().size());

        assertEquals(alone, built(4, folder.resolve("together"), polls));

        Built readBack = built(4, folder.resolve("together"), polls);
        assertEquals(alone.answer(), readBack.answer());
        assertEquals(alone.unusable(), readBack.unusable());
    }

    /** Returns more than several batches, with duplicates, an erasure and what can't be used among them. */
    private List<ConsumerRecord<String, byte[]>> enrolments() {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            records.add(reference("s" + i, "1", i));
        }
        records.set(210, record("s210/1", new byte[] {1}));
        records.set(220, reference("s220", "1", Probes.blank()));
        records.set(230, reference("s230", "1", new byte[5]));
        records.add(reference("s240", "1", 1_240));
        records.add(reference("s0", "1", 1_000));
        records.add(record("s0/1", null));
        records.add(reference("s0", "1", 2_000));
        return records;
    }

    /** Returns replacements of the first hundred, and erasures of the next fifty. */
    private List<ConsumerRecord<String, byte[]>> changes() {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            records.add(reference("s" + i, "1", 3_000 + i));
        }
        for (int i = 100; i < 150; i++) {
            records.add(record("s" + i + "/1", null));
        }
        return records;
    }

    private List<ConsumerRecord<String, byte[]>> laterChanges() {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (int i = 100; i <= 120; i++) {
            records.add(reference("s" + i, "1", 4_000 + i));
        }
        records.add(record("s0/1", null));
        return records;
    }

    /** A built gallery is what a whole search of it finds, the file of its embeddings, and what isn't in it. */
    private record Built(SearchResult answer, ByteBuffer embeddings, List<UnusableReferences.Unusable> unusable) {}

    private Built built(int threads, Path folder, List<List<ConsumerRecord<String, byte[]>>> polls) throws IOException {
        try (ServingModel own = ServingModels.byDistance()) {
            GalleryUpdate building = new GalleryUpdate(
                    own,
                    ImageLimits.DEFAULT,
                    new WorkShare(1, threads, () -> false),
                    Shard.WHOLE,
                    () -> new EmbeddingFolder(folder.toString())
                            .open("key", own.matchFunction().foldedLength()));
            polls.forEach(building::apply);
            building.caughtUp();
            building.close();
            return new Built(
                    own.gallery().identify(embedding(7), own.gallery().size()),
                    ByteBuffer.wrap(Files.readAllBytes(folder.resolve("key.embeddings"))),
                    building.unusable().page("", 100));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itWorksOnThreadsOfItsOwnOnlyWhileItsShareIsNotBounded(boolean bounded) {
        AtomicReference<String> thread = new AtomicReference<>();
        GalleryUpdate working =
                new GalleryUpdate(model, ImageLimits.DEFAULT, new WorkShare(1, 2, () -> bounded), Shard.WHOLE, () -> {
                    thread.set(Thread.currentThread().getName());
                    return new EmbeddingFolder("")
                            .open("", model.matchFunction().foldedLength());
                });

        working.apply(List.of(reference("ann", "1", 1)));

        assertHolds("ann/1", 1);
        assertEquals(bounded ? Thread.currentThread().getName() : "gallery-build", thread.get());
    }

    @Test
    void whatFailsOnAnotherThreadIsThrownToWhoeverApplies() {
        GalleryUpdate failing =
                new GalleryUpdate(model, ImageLimits.DEFAULT, new WorkShare(1, 2, () -> false), Shard.WHOLE, () -> {
                    throw new InferenceException("the embedder failed");
                });

        assertThrows(InferenceException.class, () -> failing.apply(enrolments()));
    }

    private static List<String> unusable(GalleryUpdate update) {
        return update.unusable().page("", 100).stream()
                .map(UnusableReferences.Unusable::key)
                .toList();
    }

    private static GalleryUpdate keeping(ServingModel by, Path folder) {
        return new GalleryUpdate(
                by,
                ImageLimits.DEFAULT,
                new WorkShare(1, 1, () -> false),
                Shard.WHOLE,
                () -> new EmbeddingFolder(folder.toString())
                        .open("key", by.matchFunction().foldedLength()));
    }

    /**
     * Returns whether an image's embedding is in a file there, but for the last digits, which differ with the size of a
     * batch.
     */
    private boolean stands(Path folder, int image) throws IOException {
        float[] embedding = model.matchFunction().fold(embedding(image));
        FloatBuffer file = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("key.embeddings")))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        for (int at = 0; at + embedding.length <= file.capacity(); at++) {
            int same = 0;
            while (same < embedding.length && Math.abs(file.get(at + same) - embedding[same]) < 1e-4) {
                same++;
            }
            if (same == embedding.length) {
                return true;
            }
        }
        return false;
    }

    private static Picture picture(byte[] image) {
        return (Picture) new ImageDecoder(ImageLimits.DEFAULT).decode(image, 1);
    }

    private float[] embedding(int image) {
        return model.embedder().embedAll(List.of(picture(Probes.image(image))))[0];
    }

    private float[] meanOfViews(int image, int views) {
        Picture picture = (Picture) new ImageDecoder(ImageLimits.DEFAULT).decode(Probes.image(image), 1);
        float[] mean = new float[model.embedder().embeddingLength()];
        for (int view = 0; view < views; view++) {
            float[] embedding = model.embedder().embedAll(List.of(Views.of(picture, view, PictureWarp.ON_PAPER)))[0];
            for (int d = 0; d < mean.length; d++) {
                mean[d] += embedding[d] / views;
            }
        }
        return mean;
    }

    private void assertHolds(String key, int image) {
        float[] embedding = embedding(image);
        float own = model.matchFunction().logit(embedding, embedding);
        List<Match> matches =
                model.gallery().identify(embedding, model.gallery().size()).matches();
        ReferenceKey expected = ReferenceKey.parse(key);
        assertEquals(expected, matches.get(0).reference());
        assertEquals(own, matches.get(0).logit(), 1e-4);
    }

    private ConsumerRecord<String, byte[]> reference(String subject, String id, int image) {
        return reference(subject, id, Probes.image(image));
    }

    private ConsumerRecord<String, byte[]> reference(String subject, String id, byte[] image) {
        return record(
                subject + "/" + id,
                SERDE.encode(new Reference(subject, id, Instant.EPOCH, ByteBuffer.wrap(image), null)));
    }

    private static ConsumerRecord<String, byte[]> placed(
            int partition, long appendedMs, ConsumerRecord<String, byte[]> record) {
        return new ConsumerRecord<>(
                record.topic(),
                partition,
                record.offset(),
                appendedMs,
                TimestampType.CREATE_TIME,
                ConsumerRecord.NULL_SIZE,
                ConsumerRecord.NULL_SIZE,
                record.key(),
                record.value(),
                new RecordHeaders(),
                Optional.empty());
    }

    private ConsumerRecord<String, byte[]> record(@Nullable String key, byte @Nullable [] value) {
        return new ConsumerRecord<>("references", 0, offset++, key, value);
    }
}
