package io.twinstream.deploy.version;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ai.onnxruntime.OrtSession;
import io.twinstream.deploy.testkit.Packages;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.verifier.embeddings.EmbeddingFolder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.references.GalleryUpdate;
import io.twinstream.verifier.references.GalleryUpdate.WorkShare;
import io.twinstream.verifier.settings.Shard;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Stops a gallery that several threads build by a model that never comes to an end. */
class StoppedBuildTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final RecordSerde<Reference> SERDE = RecordSerde.of(Reference.class);
    private static final int REFERENCES = 200;

    @Test
    void aBuildThatIsStoppedEndsTheRunsOfAllItsThreadsAndNeverBeginsAnother() throws Exception {
        byte[] archive = Packages.altered(
                new ModelId("letters", "1"),
                RunawayGraphs.turningOnEmptySheets(),
                ShippedModel.read("").manifest().golden());
        // Nothing was warmed, so a run may take a minute.
        ServingModel model =
                ServingModel.open(PackageArchive.read(archive, "a test's package"), ProviderChoice.CPU, 1e-3, 1e-2, 1);
        GalleryUpdate update = new GalleryUpdate(
                model,
                ImageLimits.DEFAULT,
                new WorkShare(1, 2, () -> false),
                Shard.WHOLE,
                () -> new EmbeddingFolder("").open("", model.matchFunction().foldedLength()));
        byte[] sheet = StuckRecordTest.sheet(0);
        Thread follower = new Thread(() -> update.apply(IntStream.range(0, REFERENCES)
                .mapToObj(i -> reference(i, sheet))
                .toList()));
        follower.start();
        await().until(() -> running() >= 2);

        assertTimeoutPreemptively(LIMIT, () -> {
            update.stop();
            follower.join();
        });

        model.close();
        assertEquals(0, model.gallery().size());
        assertEquals(List.of(), update.unusable().page("", 10));
    }

    /** Returns how many threads that build a gallery run a model now. */
    private static long running() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(each -> each.getKey().getName().equals("gallery-build"))
                .filter(each -> Arrays.stream(each.getValue())
                        .anyMatch(frame -> frame.getClassName().equals(OrtSession.class.getName())
                                && frame.getMethodName().equals("run")))
                .count();
    }

    private static ConsumerRecord<String, byte[]> reference(int number, byte[] image) {
        Reference reference = new Reference("s" + number, "1", Instant.EPOCH, ByteBuffer.wrap(image), null);
        return new ConsumerRecord<>("references", 0, number, "s" + number + "/1", SERDE.encode(reference));
    }
}
