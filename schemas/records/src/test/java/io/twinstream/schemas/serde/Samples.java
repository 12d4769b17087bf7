package io.twinstream.schemas.serde;

import static java.util.Map.entry;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmAbout;
import io.twinstream.schemas.record.AlarmKind;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.record.Cancel;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.HeldBack;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.ModelState;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.PartialVerdict;
import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.PublishPolicy;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.ShardOpinion;
import io.twinstream.schemas.record.Standstill;
import io.twinstream.schemas.record.SubjectScores;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingRequest;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.record.VersionState;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/** Holds one fixed record of each kind that crosses a topic, by the name of its golden file. */
final class Samples {
    static final Instant TIME = Instant.parse("2024-02-29T12:34:56.789Z");
    static final Map<String, SpecificRecordBase> BY_NAME = Map.ofEntries(
            entry("Probe-pair", probe(new Pair(ByteBuffer.wrap(new byte[] {4, 5}), region()), region())),
            entry("Probe-claim", probe(new Claim("Zoë"))),
            entry("Probe-identify", probe(new Identify(10), region())),
            entry("Reference", new Reference("Zoë", "left-1", TIME, ByteBuffer.wrap(new byte[] {1, 2, 3}), region())),
            entry("Verdict", verdict()),
            entry("PartialVerdict", partial()),
            entry("MatchWindow", window()),
            entry("Alarm", alarm()),
            entry("TrainingRequest-train", request(train())),
            entry("TrainingRequest-cancel", request(new Cancel())),
            entry("TrainingProgress", progress()),
            entry("ModelRelease", release()),
            entry("ModelActivation", activation()),
            entry("ModelState", state()),
            entry("Standstill", new Standstill("gate-1:8081", 2, 60_000L, TIME)),
            entry("LabelledImage-submitted", labelled(LabelOrigin.SUBMITTED, null, null)),
            entry("LabelledImage-corrected", labelled(LabelOrigin.CORRECTED, "p-1", region())));

    private Samples() {}

    static Probe probe(Object task) {
        return probe(task, null);
    }

    private static Probe probe(Object task, Region region) {
        return new Probe("p-1", "gate", TIME, ByteBuffer.wrap(new byte[] {1, 2, 3}), task, region);
    }

    private static Region region() {
        return new Region(-1.5f, 2f, 30f, 40.25f, 0.75f, List.of(new Point(8f, 12.5f), new Point(20f, 12f)));
    }

    private static LabelledImage labelled(LabelOrigin origin, String probeId, Region region) {
        return new LabelledImage("Zoë", "gate", TIME, ByteBuffer.wrap(new byte[] {1, 2, 3}), origin, probeId, region);
    }

    private static Verdict verdict() {
        List<Candidate> candidates = List.of(new Candidate("Zoë", "left-1", 0.75), new Candidate("Ann", "a", 0.25));
        return Verdict.newBuilder()
                .setProbeId("p-1")
                .setSourceId("gate")
                .setTask(TaskKind.IDENTIFY)
                .setOutcome(Outcome.MATCH)
                .setScore(0.75)
                .setThreshold(0.5)
                .setTargetFmr(0.001)
                .setCandidates(candidates)
                .setGallerySize(300)
                .setModelName("compact")
                .setModelVersion("1")
                .setModelSha256("ab".repeat(32))
                .setPrecision(Precision.INT8)
                .setProbePartition(3)
                .setProbeOffset(123_456_789_012L)
                .setAppendedAt(TIME.plusMillis(1))
                .setDecidedAt(TIME.plusMillis(2))
                .setTargetFpir(0.05)
                .setShadow(new ShadowOpinion("compact", "2", "cd".repeat(32), Outcome.NON_MATCH, 0.25, 0.5, "Ann", 299))
                .setRegions(List.of(
                        new RegionVerdict(region(), Outcome.MATCH, null, 0.75, candidates),
                        new RegionVerdict(region(), Outcome.UNDECIDED, UndecidedCause.BLANK, null, List.of())))
                .build();
    }

    private static PartialVerdict partial() {
        ShardOpinion opinion = new ShardOpinion(
                ByteBuffer.wrap(new byte[] {1, 2, 3}),
                List.of(1.5f, -2f),
                10,
                List.of(0.1, 0.01),
                List.of(0.25, 0.75),
                List.of(List.of(1.5f, -2f), List.of()));
        return new PartialVerdict(1, 2, opinion, opinion);
    }

    private static MatchWindow window() {
        return MatchWindow.newBuilder()
                .setStart(Instant.parse("2024-02-29T12:34:50Z"))
                .setSizeMs(10_000)
                .setModelName("compact")
                .setModelVersion("1")
                .setSourceId("gate")
                .setTask(TaskKind.CLAIM.name())
                .setVerdicts(4)
                .setMatches(2)
                .setNonMatches(1)
                .setUndecided(Map.of("UNKNOWN_SUBJECT", 1L))
                .setScores(List.of(1L, 0L, 2L))
                .setThresholdMin(0.5)
                .setThresholdMax(0.75)
                .setGallerySum(1_200)
                .setLatencies(List.of(0L, 300L))
                .setShadowed(3)
                .setShadowAgreed(2)
                .setSubjects(new SubjectScores(
                        1L << 32, List.of(7L, 7L, 4_000_000_000L), List.of(0, 2, 2), List.of(1L, 1L, 1L)))
                .build();
    }

    private static Alarm alarm() {
        return Alarm.newBuilder()
                .setId("MATCH_RATE/compact/1/CLAIM/gate/1709210090000")
                .setKind(AlarmKind.MATCH_RATE)
                .setAbout(AlarmAbout.MATCH_RATE)
                .setState(AlarmState.CLEARED)
                .setModelName("compact")
                .setModelVersion("1")
                .setSourceId("gate")
                .setTask(TaskKind.CLAIM.name())
                .setRaisedAt(Instant.parse("2024-02-29T12:35:00Z"))
                .setClearedAt(Instant.parse("2024-02-29T12:37:00Z"))
                .setWindowStart(Instant.parse("2024-02-29T12:36:50Z"))
                .setWindowSizeMs(10_000)
                .setObserved(0.5)
                .setExpected(0.48)
                .setStatistic(2_500)
                .setBound(1_000)
                .setReason("50 % match, as before")
                .build();
    }

    private static ModelActivation activation() {
        return new ModelActivation(
                ModelSlot.SERVING,
                "letters",
                "2",
                60_000L,
                TIME.plusSeconds(90),
                "better on the left hand",
                "Zoë@desk");
    }

    private static ModelState state() {
        return new ModelState(
                "gate-1:8081",
                "letters",
                "2",
                "ab".repeat(32),
                VersionState.REFUSED,
                "the model fails its self-test",
                300,
                1,
                List.of("Zoë/left-1: no image"),
                TIME,
                "gate-1.example:8081");
    }

    private static TrainingRequest request(Object action) {
        return new TrainingRequest("run-1", TIME, "Zoë", action);
    }

    private static Train train() {
        return Train.newBuilder()
                .setArchitecture("compact")
                .setModelName("letters")
                .setModelVersion("2")
                .setImages("background")
                .setValidation("topic:")
                .setSteps(9_000)
                .setSeed(7)
                .setParent("letters/1")
                .setPublish(PublishPolicy.FORCE)
                .setReason("first of its kind")
                .setSplit(HeldBack.DRAWER)
                .setSplitShare(0.3)
                .setPhotographs(true)
                .setInput("64x64x3")
                .setPairs(20)
                .setLearningRate(0.001)
                .setSymmetries(4)
                .setEpoch(250)
                .setSchedule("tail")
                .setMean(400)
                .setProxies(0.5)
                .setBend(0.05)
                .setTeachers(List.of("wide/2.2", "letters/1"))
                .setTeacherViews(3)
                .build();
    }

    private static TrainingProgress progress() {
        return TrainingProgress.newBuilder()
                .setRunId("run-1")
                .setState(TrainingState.PUBLISHED)
                .setReason("nothing to compare with")
                .setModelName("letters")
                .setModelVersion("2")
                .setStep(9_000)
                .setSteps(9_000)
                .setLoss(0.125)
                .setValidationAccuracy(0.75)
                .setImagesPerSecond(1_200.0)
                .setRemainingMs(0L)
                .setMeasures(Map.of("eer", 0.0625))
                .setTime(TIME)
                .build();
    }

    private static ModelRelease release() {
        return ModelRelease.newBuilder()
                .setName("letters")
                .setVersion("2")
                .setManifest(ByteBuffer.wrap(new byte[] {'{', '}'}))
                .setPackageSha256("ab".repeat(32))
                .setPackageBytes(792_434)
                .setChunkBytes(524_288)
                .setChunkCount(2)
                .setChunkPartition(0)
                .setFirstOffset(123_456_789_012L)
                .setLastOffset(123_456_789_014L)
                .setPublishedAt(TIME)
                .setDecision("nothing to compare with")
                .setRunId("run-1")
                .setSignature(ByteBuffer.wrap(new byte[] {6, 7}))
                .setMeasured(Map.of("eer", 0.0625))
                .build();
    }
}
