package io.twinstream.deploy.acceptance.page;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmAbout;
import io.twinstream.schemas.record.AlarmKind;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes what a demo doesn't bring about and the page is to show: a training run, an alarm, and a verdict on two regions of a
 * picture.
 */
final class PageRecords {
    private static final int STEPS = 9_000;
    private static final int TOLD = 60;

    /** The demo sends from this source, so the alarm leads to verdicts. */
    static final String SOURCE = "demo-7";

    /** The verdict on two regions has this source, and no other has. */
    static final String REGIONS_SOURCE = "page-regions";

    /** The regions' boxes, the one that is a match first: one in the middle, and one that reaches over the lower right corner. */
    static final List<Region> REGIONS = List.of(
            new Region(700f, 250f, 400f, 500f, 0.97f, List.of()),
            new Region(1_500f, 820f, 200f, 260f, 0.81f, List.of()));

    private static final int PICTURE_WIDTH = 1_600;
    private static final int PICTURE_HEIGHT = 1_000;

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

    /**
     * Writes a probe with a picture much larger than its place on the page, and a verdict on two regions of it.
     *
     * @param found the candidate that the first region matches
     * @param nearest the candidate that the second one doesn't match
     */
    static void writeRegions(Settings settings, Candidate found, Candidate nearest) throws Exception {
        Topics topics = Wired.topics(settings);
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            // Its own verdict is of another source, so that the view of this one's shows the one that is written here.
            Probe probe = new Probe(
                    "two-in-one", "page-judged", Instant.now(), ByteBuffer.wrap(large()), new Identify(2), null);
            RecordMetadata at = producer.send(new ProducerRecord<>(
                            topics.probes(),
                            probe.getProbeId(),
                            RecordSerde.of(Probe.class).encode(probe)))
                    .get();
            Verdict verdict = regions(probe, at, found, nearest);
            producer.send(new ProducerRecord<>(
                    topics.verdicts(),
                    verdict.getProbeId(),
                    RecordSerde.of(Verdict.class).encode(verdict)));
        }
    }

    private static Verdict regions(Probe probe, RecordMetadata at, Candidate found, Candidate nearest) {
        return Verdict.newBuilder()
                .setProbeId(probe.getProbeId())
                .setSourceId(REGIONS_SOURCE)
                .setTask(TaskKind.IDENTIFY)
                .setOutcome(Outcome.MATCH)
                .setScore(found.getScore())
                .setThreshold(0.912)
                .setTargetFmr(0.001)
                .setTargetFpir(0.01)
                .setCandidates(List.of(found, nearest))
                .setGallerySize(25)
                .setModelName("faces")
                .setModelVersion("1")
                .setModelSha256("ab")
                .setProbePartition(at.partition())
                .setProbeOffset(at.offset())
                .setAppendedAt(Instant.ofEpochMilli(at.timestamp()))
                .setDecidedAt(Instant.now())
                .setRegions(List.of(
                        new RegionVerdict(REGIONS.get(0), Outcome.MATCH, null, found.getScore(), List.of(found)),
                        new RegionVerdict(
                                REGIONS.get(1), Outcome.NON_MATCH, null, nearest.getScore(), List.of(nearest))))
                .build();
    }

    /** Draws a picture whose regions can be seen. */
    private static byte[] large() throws IOException {
        BufferedImage picture = new BufferedImage(PICTURE_WIDTH, PICTURE_HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.LIGHT_GRAY, PICTURE_WIDTH, PICTURE_HEIGHT, Color.DARK_GRAY));
        graphics.fillRect(0, 0, PICTURE_WIDTH, PICTURE_HEIGHT);
        graphics.setColor(new Color(0xc98f6d));
        for (Region each : REGIONS) {
            graphics.fillOval((int) each.getX(), (int) each.getY(), (int) each.getWidth(), (int) each.getHeight());
        }
        graphics.dispose();
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(picture, "jpg", jpeg);
        return jpeg.toByteArray();
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
