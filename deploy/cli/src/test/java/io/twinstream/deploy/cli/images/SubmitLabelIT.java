package io.twinstream.deploy.cli.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.Split;
import io.twinstream.trainer.dataset.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SubmitLabelIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @TempDir
    Path folder;

    @Test
    void aFolderOfClassesGoesOverTheTopicToTheTrainer() throws Exception {
        draw();

        Settings settings = broker.settings("labels", Map.of());
        DataSource topic = Wired.labelledImages(settings);
        String missing = Assertions.assertThrows(DatasetException.class, () -> ImageSet.read(topic, 1))
                .getMessage();
        Ran created = Ran.on(settings, "topics", "create");
        String empty = Assertions.assertThrows(DatasetException.class, () -> ImageSet.read(topic, 1))
                .getMessage();

        Ran first = Ran.on(settings, "submit", "--label", folder.toString(), "--source", "ann");
        String fingerprint = ImageSet.read(topic, 1).fingerprint();
        Ran again = Ran.on(settings, "submit", "--label", folder.toString(), "--source", "ann");

        assertTrue(missing.contains("run 'twinstream topics create'"), missing);
        assertTrue(created.out().contains("created  labels.labelled-images"), created.out());
        assertTrue(empty.contains("holds 0 classes") && empty.contains("submit --label"), empty);
        assertEquals(
                List.of(
                        "12 images of 4 subjects: subject0, subject1, subject2, subject3",
                        "submitted 12 labelled images"),
                first.out().lines().toList(),
                first.err());
        assertEquals(0, again.exitCode());
        assertEquals(12, ImageSet.read(topic, 1).imageCount());
        assertEquals(fingerprint, ImageSet.read(topic, 1).fingerprint(), "sent twice, trained on once");
        TrainingData split = TrainingData.split(topic, new Split.Rule(Split.SplitUnit.CLASS, 0.5, 1), 1);
        assertEquals(2, split.validation().classes().size());
    }

    private void draw() throws IOException {
        DrawnCharacters drawings = new DrawnCharacters(3);
        for (int subject = 0; subject < 4; subject++) {
            Path target = Files.createDirectories(folder.resolve("subject" + subject));
            for (int image = 0; image < 3; image++) {
                Files.write(target.resolve(image + ".png"), drawings.png(subject, image));
            }
        }
    }
}
