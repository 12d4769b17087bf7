package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.rig.RawPublication;
import io.twinstream.deploy.testkit.OpenTransactor;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.verifier.VerifierService;
import java.net.http.HttpResponse;
import java.security.KeyPairGenerator;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;

/**
 * Publishes one version before the open transaction and one behind it. The first is activated and serves, also on a verifier
 * that starts. The list of models ends with whose transaction it is, to be asked for again. The second is listed when the
 * transaction has ended.
 */
final class HeldReleases {
    private static final ModelId BEFORE = new ModelId("letters", "1");
    private static final ModelId BEHIND = new ModelId("letters", "2");

    /** Time within which the list says so: patience with a topic, and time for a busy machine. */
    private static final Duration SAYS = Duration.ofSeconds(30);

    private final HeldPlace place;

    HeldReleases(HeldPlace place) {
        this.place = place;
    }

    String run() throws Exception {
        TopicPartition releases = new TopicPartition(place.topics().modelReleases(), 0);
        Releases.publish(place.settings(), "wide", BEFORE);
        OpenTransactor foreign = place.open();
        foreign.write(releases.topic(), 0, "letters/9", new byte[] {1});
        new RawPublication(
                        place.settings(),
                        KeyPairGenerator.getInstance("Ed25519")
                                .generateKeyPair()
                                .getPrivate())
                .write(BEHIND, Releases.renamed("wide", BEHIND), chunks -> {}, release -> {});
        VerifierService late = place.further();
        double lateReady = place.seconds(() -> place.await("a verifier that starts is ready", late::ready));
        double said = place.awaitSaid(releases);
        place.expectReady();

        double serves = place.seconds(() -> {
            Releases.activate(place.settings(), ModelSlot.SERVING, BEFORE, Duration.ofSeconds(2));
            place.await("the version before serves on both", () -> serves(place.verifier()) && serves(late));
        });
        long asked = System.nanoTime();
        HttpResponse<String> listed = place.get("/v1/models");
        double answered = (System.nanoTime() - asked) / 1e9;
        place.expect(
                "the list has what is known, and says within seconds that there may be more and why",
                listed.statusCode() == 200
                        && listed.body().contains("\"version\":\"1\"")
                        && listed.body().contains("topics transactions --abort")
                        && answered < SAYS.toSeconds(),
                "%d after %.0f s: %s".formatted(listed.statusCode(), answered, listed.body()));
        HeldPlace.Ended list = place.command("models", "list");
        place.expect(
                "models list has what is known, and says whose transaction may hide more",
                list.status() == 0
                        && list.output().contains("letters/1")
                        && list.output().contains("twinstream topics transactions --abort"),
                list);
        place.end(foreign, releases);
        place.await("the version behind is listed", () -> {
            HttpResponse<String> models = place.get("/v1/models");
            return models.statusCode() == 200 && models.body().contains("\"version\":\"2\"");
        });
        double seen = place.sinceEnd();
        HeldPlace.Ended again = place.command("models", "list");
        place.expect(
                "models list gives both",
                again.status() == 0
                        && again.output().contains("letters/1")
                        && again.output().contains("letters/2"),
                again);
        return "releases: said after %.0f s, a verifier that starts ready after %.1f s, the version before serves after %.1f s, models list says that there may be more after %.1f s and is whole %.1f s after the end"
                .formatted(said, lateReady, serves, answered, seen);
    }

    private static boolean serves(VerifierService verifier) {
        return verifier.ready() && verifier.serving().id().equals(BEFORE);
    }
}
