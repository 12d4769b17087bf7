package io.twinstream.deploy.acceptance.page;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmAbout;
import io.twinstream.schemas.record.AlarmKind;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes what a demo doesn't bring about and the page is to show: a training run and an alarm. */
final class PageRecords {
    private static final int STEPS = 9_000;
    private static final int TOLD = 60;

    /** The demo sends from this source, so the alarm leads to verdicts. */
    static final String SOURCE = "demo-7";

    private PageRecords() {}

    static void write(Settings settings) {
        tellOfTraining(settings);
        Topics topics = Wired.topics(settings);
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            // A picture without a record around it can't be judged, and can be seen.
            producer.send(new ProducerRecord<>(topics.probes(), "gate-8", new DrawnCharacters(3).png(1, 1)));
            Alarm alarm = alarm(Instant.now());
            producer.send(new ProducerRecord<>(
                    topics.alarms(), alarm.getId(), RecordSerde.of(Alarm.class).encode(alarm)));
        }
    }

    /** Writes how a run goes that is half done. */
    static void tellOfTraining(Settings settings) {
        String topic = Wired.topics(settings).trainingProgress();
        RecordSerde<TrainingProgress> runs = RecordSerde.of(TrainingProgress.class);
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < TOLD; i++) {
                producer.send(new ProducerRecord<>(topic, "run-1", runs.encode(progress(i))));
            }
        }
    }

    private static TrainingProgress progress(int told) {
        double done = (told + 1.0) / TOLD;
        return new TrainingProgress(
                "run-1",
                TrainingState.TRAINING,
                null,
                "letters",
                "3",
                (int) (done * STEPS / 2),
                STEPS,
                0.12 + 0.5 * Math.exp(-4 * done) + 0.02 * Math.sin(told),
                told < 5 ? null : 0.75 - 0.5 * Math.exp(-3 * done),
                410.0,
                1_800_000L,
                Map.of(),
                Instant.now());
    }

    private static Alarm alarm(Instant now) {
        return new Alarm(
                "MATCH_RATE/compact/1/IDENTIFY/" + SOURCE + "/" + now.toEpochMilli(),
                AlarmKind.MATCH_RATE,
                AlarmAbout.MATCH_RATE,
                AlarmState.RAISED,
                "compact",
                "1",
                SOURCE,
                "IDENTIFY",
                now,
                null,
                now.minusSeconds(10),
                10_000L,
                0.11,
                0.48,
                14.2,
                9.21,
                "11 of 100 decided verdicts matched in this window, 48 % did before");
    }
}
