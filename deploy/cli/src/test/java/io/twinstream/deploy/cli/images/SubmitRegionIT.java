package io.twinstream.deploy.cli.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SubmitRegionIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @TempDir
    Path folder;

    @Test
    void theRegionsOfTheCommandLineGoWithTheirPictures() throws Exception {
        Settings settings = broker.settings("submit-regions", Map.of());
        String image = Files.write(folder.resolve("a.png"), new DrawnCharacters(3).png(0, 0))
                .toString();
        assertEquals(0, Ran.on(settings, "topics", "create").exitCode());

        Ran pair = Ran.on(
                settings,
                "submit",
                "--pair",
                image,
                "--region",
                "4,5,90,80,0.5",
                "--points",
                "20,30;60,30",
                "--reference-region",
                "1,2,100,99",
                image);
        Ran enrolled = Ran.on(settings, "enrol", "--subject", "ann", "--region", "4,5,90,80", image);
        Ran beside = Ran.on(settings, "submit", "--region", "400,5,90,80", image);

        assertEquals(0, pair.exitCode(), pair.err());
        assertEquals(0, enrolled.exitCode(), enrolled.err());
        Probe probe = only(Probe.class, settings, Wired.topics(settings).probes());
        assertEquals(
                new Region(4f, 5f, 90f, 80f, 0.5f, List.of(new Point(20f, 30f), new Point(60f, 30f))),
                probe.getRegion());
        assertEquals(
                new Region(1f, 2f, 100f, 99f, 1f, List.of()),
                assertInstanceOf(Pair.class, probe.getTask()).getRegion());
        Reference reference =
                only(Reference.class, settings, Wired.topics(settings).references());
        assertEquals(new Region(4f, 5f, 90f, 80f, 1f, List.of()), reference.getRegion());
        assertEquals(1, beside.exitCode());
        assertTrue(beside.err().contains("refused " + image + ": the region"), beside.err());
        assertTrue(beside.err().contains("lies beside the picture"), beside.err());
    }

    /** Returns the only record of a topic. */
    private static <T extends SpecificRecordBase> T only(Class<T> type, Settings settings, String topic) {
        RecordSerde<T> serde = RecordSerde.of(type);
        List<T> found = new ArrayList<>();
        try (TopicReader<String> reader = TopicReader.of(
                KafkaClients.of(CommonSettings.of(settings)), "test", topic, Duration.ofSeconds(30), Map.of())) {
            reader.read(reader.last(10), record -> found.add(serde.decode(record.value())));
        }
        assertEquals(1, found.size());
        return found.get(0);
    }
}
