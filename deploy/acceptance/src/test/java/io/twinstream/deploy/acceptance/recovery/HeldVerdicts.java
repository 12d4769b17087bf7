package io.twinstream.deploy.acceptance.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.testkit.OpenTransactor;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * Judges a probe while the verdicts are held back: feedback on it is to be tried again, on another it is 404, and {@code submit
 * --wait} says whose transaction it is. Afterwards feedback is taken and windows count the verdict.
 */
final class HeldVerdicts {
    private static final byte[] CONFIRMED = "{\"correct\": true}".getBytes(UTF_8);

    private final HeldPlace place;
    private final Drawing enrolled;

    HeldVerdicts(HeldPlace place, List<List<Drawing>> subjects) {
        this.place = place;
        this.enrolled = subjects.get(0).get(0);
    }

    String run() throws Exception {
        place.accepted("/v1/references/" + enrolled.subject(), enrolled.png());
        place.await("one is enrolled", () -> HeldPlace.gallery(place.verifier()) == 1);
        judge("before");
        place.await(
                "the verdict before is shown",
                () -> place.get("/v1/verdicts").body().contains("\"before\""));
        OpenTransactor foreign = place.open();
        for (int partition = 0; partition < 4; partition++) {
            foreign.write(place.topics().verdicts(), partition, "foreign", new byte[] {1});
        }
        judge("judged");
        TopicPartition verdicts = new TopicPartition(place.topics().verdicts(), 0);
        double said = place.awaitSaid(verdicts);
        place.expectReady();

        long asked = System.nanoTime();
        HttpResponse<String> before = feedback("before");
        double answered = (System.nanoTime() - asked) / 1e9;
        asked = System.nanoTime();
        HttpResponse<String> held = feedback("judged");
        double refused = (System.nanoTime() - asked) / 1e9;
        HttpResponse<String> unknown = feedback("unknown");
        Path picture = Files.createTempFile("probe", ".png");
        HeldPlace.Ended submitted;
        try {
            Files.write(picture, enrolled.png());
            submitted = place.command("submit", picture.toString(), "--wait", "6s");
        } finally {
            Files.delete(picture);
        }

        place.expect("feedback on a verdict before is taken", before.statusCode() == 202, before.body());
        place.expect(
                "feedback on what is judged is to be tried again",
                held.statusCode() == 503
                        && held.headers().firstValue("Retry-After").isPresent()
                        && held.body().contains("topics transactions --abort"),
                held.statusCode() + held.body());
        place.expect("feedback on no probe is 404", unknown.statusCode() == 404, unknown.body());
        place.expect(
                "submit says whose transaction it is",
                submitted.status() == 1 && submitted.output().contains("topics transactions --abort"),
                submitted);
        place.end(foreign, verdicts);
        place.await("feedback is taken", () -> feedback("judged").statusCode() == 202);
        double taken = place.sinceEnd();
        place.await(
                "the verdicts are shown", () -> place.get("/v1/verdicts").body().contains("\"judged\""));
        return "verdicts: said after %.0f s, feedback before it 202 after %.1f s, behind it 503 after %.1f s and 202 %.1f s after the end, on no probe 404"
                .formatted(said, answered, refused, taken);
    }

    private void judge(String probe) throws Exception {
        place.accepted("/v1/probes?task=claim&id=%s&subject=%s".formatted(probe, enrolled.subject()), enrolled.png());
    }

    private HttpResponse<String> feedback(String probe) throws Exception {
        return place.ingest("POST", "/v1/verdicts/%s/feedback".formatted(probe), CONFIRMED);
    }
}
