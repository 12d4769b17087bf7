package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.testkit.OpenTransactor;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * Commits an activation behind an open transaction: probes that come meanwhile are judged by it when the transaction has ended,
 * and those appended before its time by the version before. A rollback ends within seconds and says whose transaction it is.
 */
final class HeldActivations {
    private static final ModelId FIRST = new ModelId("letters", "1");
    private static final ModelId SECOND = new ModelId("letters", "2");

    /** Time within which a rollback says so: two topics are read, and the third is waited for 10 s. */
    private static final Duration ROLLBACK_SAYS = Duration.ofSeconds(30);

    private static final int PROBES = 40;

    private final HeldPlace place;
    private final List<Drawing> drawings;
    private int sent;

    HeldActivations(HeldPlace place, List<Drawing> drawings) {
        this.place = place;
        this.drawings = drawings;
    }

    String run() throws Exception {
        Releases.publish(place.settings(), "wide", FIRST);
        Releases.publish(place.settings(), "wide", SECOND);
        Releases.activate(place.settings(), ModelSlot.SERVING, FIRST, Duration.ofSeconds(2));
        place.await("the first version serves", () -> {
            String status = place.get("/status").body();
            return status.contains("\"model\":\"letters\",\"version\":\"1\"")
                    && status.contains("\"letters/2\"")
                    && place.verifier().ready();
        });
        String held = place.topics().modelActivations();
        probe(PROBES / 4);
        OpenTransactor foreign = place.open();
        foreign.write(
                held,
                0,
                ModelSlot.SHADOW.name(),
                RecordSerde.of(ModelActivation.class)
                        .encode(new ModelActivation(
                                ModelSlot.SHADOW, null, null, 0L, null, "a foreign order", "a foreigner")));
        probe(PROBES / 4);
        Instant from = Releases.activate(place.settings(), ModelSlot.SERVING, SECOND, Duration.ofSeconds(3));
        probe(PROBES / 4);
        place.await("the activation takes effect", () -> Instant.now().isAfter(from.plusMillis(500)));
        probe(PROBES / 4);
        double said = place.awaitSaid(new TopicPartition(held, 0));
        long asked = System.nanoTime();
        HttpResponse<String> refused = place.rollback();
        double seconds = (System.nanoTime() - asked) / 1e9;
        place.expect(
                "a rollback over HTTP is to be tried again, and says why within seconds",
                refused.statusCode() == 503
                        && refused.headers().firstValue("Retry-After").isPresent()
                        && refused.body().contains("topics transactions --abort")
                        && seconds < ROLLBACK_SAYS.toSeconds(),
                "%d after %.0f s: %s".formatted(refused.statusCode(), seconds, refused.body()));
        HeldPlace.Ended rollback = place.command("models", "rollback", "--reason", "a test");
        place.expect(
                "a rollback that is held off says whose transaction it is",
                rollback.status() == 1
                        && rollback.output().lines().count() == 1
                        && rollback.output().contains("twinstream topics transactions --abort"),
                rollback);
        try (TopicAnswers answers = new TopicAnswers(place.settings().kafka(), place.topics())) {
            answers.linger(Duration.ofSeconds(2));
            place.expect("no probe of the new version's time is judged", wrong(answers, from) == 0, answers.count());
            place.end(foreign, new TopicPartition(held, 0));
            answers.await(PROBES, Duration.ofMinutes(2)).linger(Duration.ofSeconds(1));
            place.expect(
                    "each probe has one verdict",
                    answers.verdicts().size() == PROBES && answers.duplicates() == 0,
                    answers.count());
            place.expect("none is judged by a wrong version", wrong(answers, from) == 0, answers.verdicts());
            long after = answers.verdicts().values().stream()
                    .filter(each -> !each.getAppendedAt().isBefore(from))
                    .count();
            place.expect("some are judged by the activated one", after >= PROBES / 4, after);
            HeldPlace.Ended again = place.command("models", "rollback", "--reason", "a test");
            place.expect("the rollback is written afterwards", again.status() == 0, again);
            return "activations: said after %.0f s, rollback's line after %.0f s, %d probes judged, %d behind the activation, 0 by a wrong version"
                    .formatted(said, seconds, PROBES, after);
        }
    }

    private static long wrong(TopicAnswers answers, Instant from) {
        return answers.verdicts().values().stream()
                .filter(each -> isLate(each, from) != each.getModelVersion().equals(SECOND.version()))
                .count();
    }

    private static boolean isLate(Verdict verdict, Instant from) {
        return !verdict.getAppendedAt().isBefore(from);
    }

    private void probe(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            place.accepted(
                    "/v1/probes?id=p" + sent,
                    drawings.get(sent % drawings.size()).png());
            sent++;
        }
    }
}
