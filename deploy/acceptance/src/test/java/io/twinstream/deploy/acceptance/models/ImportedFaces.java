package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.faces.FaceComparison;
import io.twinstream.deploy.acceptance.faces.FaceModels;
import io.twinstream.deploy.acceptance.faces.FaceModels.Detector;
import io.twinstream.deploy.acceptance.faces.OwnersRuntime;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.schemas.modelpackage.ThresholdBasis.Forecast;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.trainer.export.Recalibration;
import io.twinstream.trainer.publish.GatedPublication.PublishOrder;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.control.EffectiveTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Imports a face embedder and a detector that others trained, calibrates them on ten people, and judges other ten with them
 * through a broker. The vectors that prove the import come from a program of the owner's: plain ONNX Runtime, with a preparation
 * of its own.
 */
public final class ImportedFaces implements AcceptanceCheck {
    private static final double FMR = 0.01;
    private static final double MOST_ALIGNED = 0.012;
    private static final double LEAST_STRETCHED = 0.04;
    private static final double MOST_STRETCHED = 0.07;
    private static final double LEAST_AGREEMENT = 0.999;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final ModelId ID = new ModelId("faces", "2");
    private static final ModelId STRETCHED = new ModelId("faces", "1");

    @Override
    public Result run(Path faces) throws Exception {
        FaceModels models = new FaceModels();
        try (TemporaryFolder folder = TemporaryFolder.create("imported-faces");
                Rig rig = new Rig()) {
            Path known = FaceModels.people(faces, folder.path().resolve("known"), 0);
            Path others = FaceModels.people(faces, folder.path().resolve("others"), 1);
            OwnersRuntime owner =
                    new OwnersRuntime(models.embedder(), FaceModels.SIDE, FaceModels.MEAN, FaceModels.STD);
            Path stretchedVectors = owner.vectors(known, folder.path().resolve("stretched"), false);
            Path alignedVectors = owner.vectors(known, folder.path().resolve("laid-out"), true);

            long begun = System.nanoTime();
            Path file = folder.path().resolve("faces-2.zip");
            Files.write(file, models.aligned(ID, known, alignedVectors, Detector.FRONT, null));
            int right = judged(rig, file, known, others);
            double seconds = (System.nanoTime() - begun) / 1e9;

            ModelPackage aligned = PackageArchive.read(file);
            ModelPackage stretched =
                    PackageArchive.read(models.stretched(STRETCHED, known, stretchedVectors), "the stretched one");
            return result(
                    aligned,
                    stretched,
                    ImageSet.read(faces, 3),
                    ImageSet.read(known, 3),
                    ImageSet.read(others, 3),
                    seconds,
                    right);
        }
    }

    private static Result result(
            ModelPackage aligned,
            ModelPackage stretched,
            ImageSet all,
            ImageSet known,
            ImageSet others,
            double seconds,
            int right)
            throws IOException {
        double alignedEer = eer(aligned, all);
        double stretchedEer = eer(stretched, all);
        FaceComparison allPairs = new FaceComparison(aligned, all);
        double agreement = allPairs.agreementWithCosine(FMR / 10);
        Carried carried = Carried.of(aligned, new FaceComparison(aligned, others));
        ModelPackage calibrated = PackageArchive.read(
                new Recalibration().run(aligned, new ModelId(ID.name(), "3"), others, System.err::println),
                "the calibrated one");
        Carried again = Carried.of(calibrated, new FaceComparison(calibrated, known));
        String figures =
                "all golden vectors agree, least cosine %.6f stretched and %.6f laid out; first verdict %.0f s after the file, %d of 20 claims decided rightly; EER on 200 faces %.2f %% aligned, %.2f %% stretched; %.3f %% of pairs decided as by cosine at an FMR of %s, %.3f %% at %s; on ten other people %s; calibrated on those, on the first ten %s"
                        .formatted(
                                stretched.manifest().imported().leastCosine(),
                                aligned.manifest().imported().leastCosine(),
                                seconds,
                                right,
                                100 * alignedEer,
                                100 * stretchedEer,
                                100 * agreement,
                                FMR / 10,
                                100 * allPairs.agreementWithCosine(FMR),
                                FMR,
                                carried.line(),
                                again.line());
        boolean kept = alignedEer <= MOST_ALIGNED
                && stretchedEer >= LEAST_STRETCHED
                && stretchedEer <= MOST_STRETCHED
                && agreement >= LEAST_AGREEMENT
                && carried.within()
                && again.within()
                && seconds <= LIMIT.toSeconds();
        return new Result(kept, figures);
    }

    /** Publishes and activates the package, enrols the other ten and sends claims about them; returns how many are right. */
    private static int judged(Rig rig, Path file, Path known, Path others) throws Exception {
        Settings settings = rig.settings("faces");
        Topics topics = rig.createTopics("faces");
        List<ImageClass> people = ImageSet.read(others, 3).classes();
        try (VerifierService verifier = Rig.verifier(settings);
                TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
            Wired.publication(settings)
                    .publish(new PublishOrder(file, channels -> ImageSet.read(known, channels), null, null));
            Instant effective = Wired.control(settings)
                    .activate(ID, EffectiveTime.SOONEST, "a check", "acceptance", false)
                    .activated()
                    .effectiveAt();
            for (ImageClass person : people) {
                rig.enrol(topics, person.name(), "first", encoded(person, 0));
            }
            rig.flush();
            Awaitility.await("the version serves with its gallery")
                    .atMost(LIMIT)
                    .until(() -> Instant.now().isAfter(effective)
                            && verifier.status().get("model").equals(ID.name())
                            && verifier.status().get("gallerySize").equals(people.size()));
            for (int i = 0; i < people.size(); i++) {
                rig.claim(
                        topics,
                        "genuine-" + i,
                        encoded(people.get(i), 5),
                        people.get(i).name());
                rig.claim(
                        topics,
                        "impostor-" + i,
                        encoded(people.get(i), 5),
                        people.get((i + 1) % people.size()).name());
            }
            rig.flush();
            answers.await(2 * people.size(), LIMIT);
            int right = 0;
            for (Verdict verdict : answers.verdicts().values()) {
                boolean genuine = verdict.getProbeId().startsWith("genuine");
                right += verdict.getModelName().equals(ID.name())
                                && verdict.getOutcome() == (genuine ? Outcome.MATCH : Outcome.NON_MATCH)
                        ? 1
                        : 0;
            }
            return right;
        }
    }

    private static byte[] encoded(ImageClass person, int image) {
        return person.images().get(image).encoded();
    }

    private static double eer(ModelPackage model, ImageSet images) throws IOException {
        return PairEvaluation.of(model, images).measures().get("eer");
    }

    /**
     * Tells whether the rates of other people lie within the bounds that the package states, for every target that its table
     * reaches down to 0.001.
     */
    private record Carried(boolean within, String line) {
        static Carried of(ModelPackage model, FaceComparison others) {
            FmrTable table = model.manifest().fmrTable();
            ThresholdBasis basis =
                    ThresholdBasis.of(model.manifest().evaluation()).orElseThrow();
            boolean within = true;
            List<String> lines = new ArrayList<>();
            for (double target : ThresholdBasis.TARGETS) {
                Forecast forecast = basis.forecasts().stream()
                        .filter(each -> each.target() == target)
                        .findFirst()
                        .orElse(null);
                if (forecast != null) {
                    double fmr = others.falseMatchRate(table.threshold(target)).rate();
                    within &= fmr >= forecast.fmrLow() && fmr <= forecast.fmrHigh();
                    lines.add("an FMR of %.4f where %s is asked for and ten people say %.4f to %.4f"
                            .formatted(fmr, target, forecast.fmrLow(), forecast.fmrHigh()));
                } else if (target >= FMR / 10) {
                    // A rate that is left out is so because the pairs don't reach it, and never by mistake.
                    within &= basis.impostorPairs() * target < FmrTable.LEAST_FALSE_MATCHES;
                    lines.add("none is judged at %s, which %d impostor pairs don't reach"
                            .formatted(target, basis.impostorPairs()));
                }
            }
            return new Carried(within, String.join(", ", lines));
        }
    }
}
