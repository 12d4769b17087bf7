package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.testkit.OpenTransactor;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.verifier.VerifierService;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Erases a subject with references before, within and behind the open transaction while it is open: all are counted, and none
 * is there when it has ended, neither in galleries nor, once cleaned, on the topic.
 */
final class HeldReferences {
    private final HeldPlace place;
    private final Drawing[] erased;
    private final Drawing[] other;
    private final TopicPartition references;

    HeldReferences(HeldPlace place, List<List<Drawing>> subjects) {
        this.place = place;
        this.erased = subjects.get(0).toArray(Drawing[]::new);
        this.other = subjects.get(1).toArray(Drawing[]::new);
        this.references = new TopicPartition(place.topics().references(), 0);
    }

    String run() throws Exception {
        cleanSoon();
        enrol(erased[0], "before-1");
        enrol(erased[1], "before-2");
        enrol(other[0], "before");
        VerifierService verifier = place.verifier();
        place.await("three are enrolled", () -> HeldPlace.gallery(verifier) == 3);
        OpenTransactor foreign = place.open();
        foreign.write(
                references.topic(),
                0,
                erased[2].subject() + "/within",
                RecordSerde.of(Reference.class)
                        .encode(new Reference(
                                erased[2].subject(), "within", Instant.now(), ByteBuffer.wrap(erased[2].png()), null)));
        enrol(erased[3], "behind");
        enrol(other[1], "behind");
        VerifierService late = place.further();
        double lateReady = place.seconds(() -> place.await("a verifier that starts is ready", late::ready));
        place.expect("with what was committed before", HeldPlace.gallery(late) == 3, late.status());

        double said = place.awaitSaid(references);
        place.expectReady();
        long asked = System.nanoTime();
        HttpResponse<String> answer = place.ingest("DELETE", "/v1/references/" + erased[0].subject(), new byte[0]);
        double erasedAfter = (System.nanoTime() - asked) / 1e9;
        HttpResponse<String> nobody = place.ingest("DELETE", "/v1/references/nobody", new byte[0]);

        place.expect(
                "all four are erased",
                answer.statusCode() == 202
                        && answer.body().contains("\"erased\":4")
                        && answer.body().contains("heldBack"),
                answer.body());
        place.expect("nobody is 404", nobody.statusCode() == 404, nobody.body());
        double seen;
        try (TopicAnswers answers = new TopicAnswers(place.settings().kafka(), place.topics())) {
            place.accepted("/v1/probes?task=claim&id=meanwhile&subject=" + other[0].subject(), other[0].png());
            place.await("others are judged", () -> answers.poll().verdicts().containsKey("meanwhile"));
            place.expect(
                    "others are judged meanwhile",
                    answers.verdicts().get("meanwhile").getOutcome() == Outcome.MATCH,
                    answers.verdicts());
            place.end(foreign, references);
            place.await("two are enrolled", () -> HeldPlace.gallery(verifier) == 2 && HeldPlace.gallery(late) == 2);
            seen = place.sinceEnd();
            place.accepted("/v1/probes?task=claim&id=afterwards&subject=" + erased[0].subject(), erased[0].png());
            place.await(
                    "the subject's probe is judged",
                    () -> answers.poll().verdicts().containsKey("afterwards"));
            place.expect(
                    "the subject is unknown",
                    answers.verdicts().get("afterwards").getOutcome() == Outcome.UNDECIDED,
                    answers.verdicts());
        }
        place.await("the cleaner removes the subject", () -> images() == 0);
        VerifierService last = place.further();
        place.await("a verifier after the cleaning is ready", last::ready);
        place.expect("it has two", HeldPlace.gallery(last) == 2, last.status());
        HttpResponse<String> again = place.ingest("DELETE", "/v1/references/" + erased[0].subject(), new byte[0]);
        place.expect("it is erased for good", again.statusCode() == 404, again.body());
        return "references: said after %.0f s, a verifier that starts ready after %.1f s, 4 of 4 erased while open after %.1f s, galleries right %.1f s after the end, 0 back afterwards nor after cleaning"
                .formatted(said, lateReady, erasedAfter, seen);
    }

    private void enrol(Drawing drawing, String id) throws Exception {
        place.accepted("/v1/references/%s?id=%s".formatted(drawing.subject(), id), drawing.png());
    }

    private void cleanSoon() throws Exception {
        try (Admin admin = Admin.create(place.settings().kafka())) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, references.topic()),
                            List.of(
                                    set(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, "3000"),
                                    set(TopicConfig.SEGMENT_MS_CONFIG, "3000"),
                                    set(TopicConfig.DELETE_RETENTION_MS_CONFIG, "1000"),
                                    set(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.01"))))
                    .all()
                    .get();
        }
    }

    private static AlterConfigOp set(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    }

    /** Returns how many pictures of the subject lie on the topic, committed or not. */
    private int images() {
        Map<String, Object> config = place.settings().kafka();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(references));
            consumer.seekToBeginning(List.of(references));
            long end = consumer.endOffsets(List.of(references)).get(references);
            int images = 0;
            while (consumer.position(references) < end) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    boolean ofSubject = String.valueOf(record.key()).startsWith(erased[0].subject() + "/");
                    images += ofSubject && record.value() != null ? 1 : 0;
                }
            }
            return images;
        }
    }
}
