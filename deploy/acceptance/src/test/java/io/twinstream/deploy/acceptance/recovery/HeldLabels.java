package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.testkit.OpenTransactor;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.ProblemList;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * Erases a subject with labelled images before, within and behind the open transaction while it is open: all are counted and
 * none is learned from afterwards. A training that begins meanwhile ends within seconds with one line, rather than learn from a
 * part.
 */
final class HeldLabels {
    /** Time within which the training says so: patience with a topic, and time for a busy machine. */
    private static final Duration SAYS = Duration.ofSeconds(30);

    private final HeldPlace place;
    private final List<Drawing> erased;
    private final List<Drawing> other;

    HeldLabels(HeldPlace place, List<List<Drawing>> subjects) {
        this.place = place;
        this.erased = subjects.get(0);
        this.other = subjects.get(1);
    }

    String run() throws Exception {
        TopicPartition labels = new TopicPartition(place.topics().labelledImages(), 0);
        label(erased.get(0));
        label(erased.get(1));
        label(other.get(0));
        OpenTransactor foreign = place.open();
        LabelledImage within = new LabelledImage(
                erased.get(2).subject(),
                "gate",
                Instant.now(),
                ByteBuffer.wrap(erased.get(2).png()),
                LabelOrigin.SUBMITTED,
                null,
                null);
        foreign.write(
                labels.topic(),
                0,
                erased.get(2).subject() + "/within",
                RecordSerde.of(LabelledImage.class).encode(within));
        label(erased.get(3));
        label(other.get(1));
        double said = place.awaitSaid(labels);
        place.expectReady();

        long asked = System.nanoTime();
        String refusal = refusal();
        double refused = (System.nanoTime() - asked) / 1e9;
        place.expect(
                "a training ends within seconds and says whose transaction it is",
                refusal.contains("topics transactions --abort") && refused < SAYS.toSeconds(),
                "after %.0f s: %s".formatted(refused, refusal));
        asked = System.nanoTime();
        HttpResponse<String> answer =
                place.ingest("DELETE", "/v1/labelled-images/" + erased.get(0).subject(), new byte[0]);
        double erasedAfter = (System.nanoTime() - asked) / 1e9;
        HttpResponse<String> nobody = place.ingest("DELETE", "/v1/labelled-images/nobody", new byte[0]);
        place.expect(
                "all four are erased",
                answer.statusCode() == 202
                        && answer.body().contains("\"erased\":4")
                        && answer.body().contains("heldBack"),
                answer.body());
        place.expect("nobody is 404", nobody.statusCode() == 404, nobody.body());
        place.end(foreign, labels);
        List<ImageClass> classes = images().classes();
        double learned = place.sinceEnd();
        place.expect(
                "the other's two are learned from, and nobody else's",
                classes.size() == 1 && classes.get(0).images().size() == 2,
                classes);
        return "labelled-images: said after %.0f s, a training refused after %.1f s, 4 of 4 erased while open after %.1f s, read %.1f s after the end with 0 of them"
                .formatted(said, refused, erasedAfter, learned);
    }

    private void label(Drawing drawing) throws Exception {
        place.accepted("/v1/labelled-images/" + drawing.subject(), drawing.png());
    }

    private ImageSet images() throws IOException {
        return ImageSet.read(Wired.labelledImages(place.settings()), 1, new ProblemList());
    }

    private String refusal() throws IOException {
        try {
            return "read " + images().classes();
        } catch (DatasetException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
