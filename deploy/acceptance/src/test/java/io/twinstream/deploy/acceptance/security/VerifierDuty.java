package io.twinstream.deploy.acceptance.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.ServiceTopics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.standstill.ProbePlace;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.standstill.ThreadActivity;
import io.twinstream.verifier.window.MatchWindows;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Makes a verdict, a dead letter, pictures, windows and an alarm, fetches and activates a version, and shows a training run.
 * Verdicts with scores unlike the release's are there before, so that an alarm has a cause.
 */
final class VerifierDuty implements Duty {
    private static final DrawnCharacters DRAWN = new DrawnCharacters(3);
    private static final ModelId RELEASED = new ModelId("letters", "1");
    private static final int WINDOWS = 4;
    private static final int VERDICTS_A_WINDOW = 600;

    @Override
    public void perform(Tenant tenant) throws Exception {
        prepare(tenant);
        tenant.compare(ServiceTopics.ofVerifier(Wired.topics(tenant.own()), false, true)
                .declared());
        try (VerifierService verifier = VerifierService.start(VerifierSettings.of(tenant.own()))) {
            int port = verifier.port();
            tenant.await("ready", verifier::ready);
            send(tenant);
            tenant.awaitText(port, "/v1/verdicts?source=gate", "\"p1\"");
            tenant.call(200, "GET", port, "/v1/probes/0/0/image", new byte[0]);
            tenant.call(200, "GET", port, "/v1/subjects/alice/references/r1/image", new byte[0]);
            noted(tenant);
            tenant.await("dead letter", () -> isWritten(tenant, tenant.topics().deadLetters()));
            tenant.awaitText(port, "/v1/dead-letters", "\"NOT_A_PROBE\"");
            tenant.awaitText(port, "/v1/training-runs", "\"r1\"");
            tenant.awaitText(port, "/v1/models/letters/1", "\"READY\"");
            // Before the order: windows are compared with a version that is at hand.
            tenant.awaitText(port, "/v1/alarms", "RAISED");
            byte[] order = "{\"slot\":\"serving\",\"name\":\"letters\",\"version\":\"1\",\"reason\":\"a check\"}"
                    .getBytes(UTF_8);
            tenant.call(201, "POST", port, "/v1/models/activations", order);
            tenant.await("activated", () -> verifier.status().get("model").equals("letters"));
            tenant.await("window", () -> isWritten(tenant, tenant.topics().matchWindows()));
            String counted =
                    MatchWindows.application(tenant.own().getString(VerifierSettings.GROUP)) + "-by-series-repartition";
            tenant.await("what is counted goes", () -> tenant.offset(counted, OffsetSpec.earliest()) > 0);
        }
    }

    private static void noted(Tenant tenant) {
        try (Standstills standstills = new Standstills(
                Wired.clients(tenant.own()),
                Wired.topics(tenant.own()).standstills(),
                VerifierSettings.of(tenant.own()).streams().group(),
                new ServiceThreads(),
                Clock.systemUTC())) {
            standstills.start();
            standstills.note(new ThreadActivity.Work(List.of(new ProbePlace(0, 0)), System.nanoTime()), "duty");
            tenant.await("a standstill written and read", () -> standstills.times(new ProbePlace(0, 0)) == 1);
        }
    }

    private static boolean isWritten(Tenant tenant, String topic) throws InterruptedException {
        return tenant.offset(topic, OffsetSpec.latest()) > 0;
    }

    private static void prepare(Tenant tenant) throws Exception {
        Releases.publish(tenant.admin(), "wide", RELEASED);
        TrainingProgress progress = TrainingProgress.newBuilder()
                .setRunId("r1")
                .setState(TrainingState.TRAINING)
                .setModelName("letters")
                .setModelVersion("2")
                .setStep(1)
                .setSteps(2)
                .setTime(Instant.now())
                .build();
        tenant.write(tenant.topics().trainingProgress(), "r1", TrainingProgress.class, List.of(progress));
        tenant.write(tenant.topics().verdicts(), "drift", Verdict.class, unlikely());
        Reference reference = new Reference("alice", "r1", Instant.now(), ByteBuffer.wrap(DRAWN.png(1, 2)), null);
        tenant.write(tenant.topics().references(), "alice/r1", Reference.class, List.of(reference));
    }

    private static void send(Tenant tenant) throws Exception {
        Probe probe = new Probe("p1", "gate", Instant.now(), ByteBuffer.wrap(DRAWN.png(1, 1)), new Identify(1), null);
        tenant.write(tenant.topics().probes(), "p1", Probe.class, List.of(probe));
        try (var producer =
                new KafkaProducer<>(tenant.admin().kafka(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(tenant.topics().probes(), "broken", new byte[] {7}))
                    .get();
        }
    }

    /** Returns verdicts with all scores in the middle, where a release has hardly any. */
    private static List<Verdict> unlikely() throws Exception {
        ModelPackage shipped = ShippedModel.read("");
        Instant first = Instant.now().minusSeconds(60);
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < WINDOWS * VERDICTS_A_WINDOW; i++) {
            Instant at = first.plusSeconds(i / VERDICTS_A_WINDOW);
            verdicts.add(Verdict.newBuilder()
                    .setProbeId("drift-" + i)
                    .setSourceId("drift")
                    .setTask(TaskKind.PAIR)
                    .setOutcome(Outcome.NON_MATCH)
                    .setScore(0.5)
                    .setThreshold(0.9)
                    .setTargetFmr(0.01)
                    .setCandidates(List.of())
                    .setGallerySize(0)
                    .setModelName(shipped.manifest().name())
                    .setModelVersion(shipped.manifest().version())
                    .setModelSha256(shipped.sha256())
                    .setProbePartition(0)
                    .setProbeOffset(i)
                    .setAppendedAt(at)
                    .setDecidedAt(at)
                    .build());
        }
        return verdicts;
    }
}
