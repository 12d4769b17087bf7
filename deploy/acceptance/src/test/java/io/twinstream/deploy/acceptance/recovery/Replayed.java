package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.replay.Replay;
import io.twinstream.verifier.replay.ReplayRange;
import io.twinstream.verifier.replay.Reproduction;
import io.twinstream.verifier.settings.VersionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Judges 10,000 probes again from the topic, which came across three activations, compact to wide and back and to wide again,
 * while the stream never paused. No verdict differs.
 */
public final class Replayed implements AcceptanceCheck {
    private static final int PROBES = 10_000;
    /** Number of versions: the verifier's own and the two that are activated. */
    private static final int VERSIONS = 3;

    private static final int PORTION = 50;
    private static final String PREFIX = "replay";
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final ModelId COMPACT = new ModelId("letters", "1");
    private static final ModelId WIDE = new ModelId("letters", "2");
    private static final List<ModelId> ACTIVATED = List.of(WIDE, COMPACT, WIDE);

    @Override
    public Result run(Path folder) throws Exception {
        Instant start = Instant.now().minusSeconds(60);
        try (Rig rig = new Rig()) {
            Topics topics = rig.createTopics(PREFIX);
            Releases.publish(rig.settings(PREFIX), "wide", WIDE);
            Releases.publish(rig.settings(PREFIX), "compact", COMPACT);
            Mix mix = new Mix(Images.read(folder), 3);
            int enrolled = mix.enrol(rig, topics);
            Settings settings = rig.settings(PREFIX);
            int answered;
            try (VerifierService verifier = Rig.verifier(settings, enrolled);
                    TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                send(rig, topics, mix, answers);
                answered = answers.await(PROBES, LIMIT).verdicts().size();
                System.err.printf(
                        "%d answered, waited for versions: %s ms%n",
                        answered, verifier.status().get("waitedMs"));
            }
            Reproduction reproduction = new Reproduction();
            long replayStart = System.nanoTime();
            Replay.Coverage coverage = new Replay(
                            Wired.clients(settings),
                            Wired.topics(settings),
                            VersionSettings.of(settings, CommonSettings.of(settings)),
                            new ReplayRange(start, Instant.now()))
                    .run(null, reproduction, (judged, most) -> {});
            double seconds = (System.nanoTime() - replayStart) / 1e9;
            reproduction.differences().forEach(System.err::println);
            String figures =
                    "%d probes, %d verdicts, %d activations, %d compared, %d the same, %d differ, %d from a changed gallery, largest score difference %.1e, by version %s, replayed in %.0f s"
                            .formatted(
                                    PROBES,
                                    answered,
                                    ACTIVATED.size(),
                                    coverage.compared(),
                                    reproduction.same(),
                                    reproduction.differs(),
                                    reproduction.galleryChanged(),
                                    reproduction.largestScoreDifference(),
                                    reproduction.versions(),
                                    seconds);
            return new Result(
                    coverage.compared() == PROBES
                            && reproduction.same() == PROBES
                            && coverage.duplicateVerdicts() == 0
                            && reproduction.versions().size() == VERSIONS,
                    figures);
        }
    }

    /** Sends the probes spread evenly, so that each activation takes effect amid the stream. */
    private static void send(Rig rig, Topics topics, Mix mix, TopicAnswers answers) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", rig.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            int activated = 0;
            for (int sent = 0; sent < PROBES; sent += PORTION) {
                if (activated < ACTIVATED.size() && sent >= PROBES * (activated + 1) / (ACTIVATED.size() + 2)) {
                    activate(producer, topics, ACTIVATED.get(activated++));
                }
                for (int i = sent; i < sent + PORTION; i++) {
                    mix.send(rig, topics, "probe-" + i);
                }
                rig.flush();
                answers.linger(PAUSE);
            }
        }
    }

    private static void activate(KafkaProducer<String, byte[]> producer, Topics topics, ModelId model)
            throws Exception {
        ModelActivation activation = new ModelActivation(
                ModelSlot.SERVING,
                model.name(),
                model.version(),
                Activated.NOTICE.toMillis(),
                null,
                "acceptance",
                "acceptance");
        byte[] value = RecordSerde.of(ModelActivation.class).encode(activation);
        producer.send(new ProducerRecord<>(topics.modelActivations(), ModelSlot.SERVING.name(), value))
                .get();
    }
}
