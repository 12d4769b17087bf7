package io.twinstream.deploy.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.release.TrustedKeys;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.service.DjlTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Goes from drawings to a published model, with nothing made up between. */
class TrainingToPublicationIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private static final int HANDS = 5;

    @TempDir
    Path folder;

    @Test
    void aCancelledRunMakesWayAndAModelOfTwoStepsIsRefusedOrPublishedAsAsked() throws Exception {
        draw("images", 0, 4);
        draw("validation", 4, 8);

        Settings settings = broker.prepare(
                "trained",
                Map.of(
                        "trainer.http.port", "0",
                        "trainer.data.root", folder.toString(),
                        "trainer.work.dir", folder.resolve("work").toString()));
        try (TrainerRig rig =
                TrainerRig.start(settings, new DjlTrainer(Wired.clients(settings), Wired.topics(settings)))) {
            rig.taken("endless", "compact/1000", "\"steps\":1000000");
            rig.taken("gated", "compact/2", "\"steps\":2");
            rig.taken(
                    "forced",
                    "compact/3",
                    "\"steps\":2,\"mean\":1,\"schedule\":\"tail\",\"teachers\":[\"compact/1.2\"],\"teacherViews\":2,\"force\":\"to see it work\"");

            rig.await("endless", "TRAINING");
            rig.cancel("endless");
            rig.await("endless", "CANCELLED");
            JsonNode gated = rig.await("gated", "REFUSED");
            rig.await("forced", "PUBLISHED");

            String reason = gated.get("reason").asText();
            assertTrue(
                    reason.startsWith("refused against compact/1.2 on the same pairs: EER 0.")
                            && reason.contains("is worse by 0."),
                    reason);
            assertEquals(700, gated.get("measures").get("impostorPairs").asInt());
        }
        assertTrue(Files.exists(folder.resolve("work/gated/model.zip")));
        PublishedModels models = Wired.published(settings);
        assertTrue(models.find(new ModelId("compact", "2")).isEmpty());
        ModelRelease release = models.latest(
                        "compact", TrustedKeys.of(ModelSettings.of(settings).trustedKeys()))
                .orElseThrow();
        assertEquals(700, release.getMeasured().get("impostorPairs"));
        assertEquals("not compared: to see it work", release.getDecision());
        Map<String, String> training =
                Wired.cache(settings).get(release).manifest().training().settings();
        assertEquals("2", training.get("steps"));
        assertEquals("1", training.get("mean"));
        assertEquals("TAIL", training.get("schedule"));
        assertTrue(training.get("teachers").matches("compact/1\\.2\\b.* at 2 views"), training.toString());
    }

    @Test
    void aHeadOfTheShippedModelIsFittedToAShareOfTheImagesAndMeasuredOnTheRest() throws Exception {
        draw("images", 0, 20);
        Settings settings = broker.prepare(
                "fitted",
                Map.of(
                        "trainer.http.port", "0",
                        "trainer.data.root", folder.toString(),
                        "trainer.work.dir", folder.resolve("work").toString()));
        try (TrainerRig rig =
                TrainerRig.start(settings, new DjlTrainer(Wired.clients(settings), Wired.topics(settings)))) {
            rig.post(
                    "{\"id\":\"fit\",\"architecture\":\"head\",\"parent\":\"compact/1.2\",\"name\":\"letters\",\"version\":\"1\",\"images\":\"images\",\"splitShare\":0.4,\"steps\":5}");

            JsonNode run = rig.await("fit", "PUBLISHED");

            // 8 of 20 classes with 5 images each.
            assertEquals(700, run.get("measures").get("impostorPairs").asInt());
        }
        ModelRelease release = Wired.published(settings)
                .latest("letters", TrustedKeys.of(ModelSettings.of(settings).trustedKeys()))
                .orElseThrow();
        assertEquals(700, release.getMeasured().get("impostorPairs"));
        Map<String, String> training =
                Wired.cache(settings).get(release).manifest().training().settings();
        assertEquals("5", training.get("steps"));
        assertTrue(
                Double.parseDouble(training.get("eer.after")) <= Double.parseDouble(training.get("eer.before")),
                training.toString());
    }

    private void draw(String name, int first, int characters) throws IOException {
        DrawnCharacters drawings = new DrawnCharacters(11);
        for (int character = first; character < first + characters; character++) {
            Path target = Files.createDirectories(folder.resolve(name).resolve("character" + character));
            for (int hand = 0; hand < HANDS; hand++) {
                Files.write(target.resolve(hand + ".png"), drawings.png(character, hand));
            }
        }
    }
}
