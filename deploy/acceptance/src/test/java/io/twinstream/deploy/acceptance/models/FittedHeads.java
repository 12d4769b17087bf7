package io.twinstream.deploy.acceptance.models;

import com.fasterxml.jackson.databind.JsonNode;
import io.twinstream.deploy.acceptance.faces.FaceModels;
import io.twinstream.deploy.acceptance.faces.OwnersRuntime;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.FashionImages;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.trainer.TrainerRig;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.dataset.DataReport;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.Split;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.trainer.head.HeadSettings;
import io.twinstream.trainer.run.HeadOptions;
import io.twinstream.trainer.run.HeadRun;
import io.twinstream.trainer.run.TrainingOptions;
import io.twinstream.trainer.service.DjlTrainer;
import io.twinstream.trainer.training.TrainingListener;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.control.EffectiveTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Fits heads to pictures that their parents never saw: faces on an imported embedder that sees them stretched, and clothes on the
 * shipped model of drawings. In each turn some classes are judged by parent and head, as many others decide and set thresholds, and
 * the rest teach; each class is judged once. Then the trainer service takes such a run, and a running verifier swaps to what
 * it publishes.
 */
public final class FittedHeads implements AcceptanceCheck {
    private static final Path FASHION = Path.of("/usr/share/datasets/fashion-mnist");
    private static final Set<Integer> ALL_KINDS = Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    private static final int EACH = 300;
    /** Five people are judged in a turn, and five others decide. */
    private static final int TURNS_OF_FACES = 4;
    /** Two kinds are judged in a turn, and two others decide. */
    private static final int TURNS_OF_KINDS = 5;

    private static final Duration LIMIT = Duration.ofMinutes(5);
    /** What minutes are on two cores. */
    private static final double MOST_SECONDS = 600;

    private static final ModelId FITTED = new ModelId("clothes", "2");

    @Override
    public Result run(Path faces) throws Exception {
        FaceModels models = new FaceModels();
        try (TemporaryFolder folder = TemporaryFolder.create("fitted-heads")) {
            Path golden = new OwnersRuntime(models.embedder(), FaceModels.SIDE, FaceModels.MEAN, FaceModels.STD)
                    .vectors(faces, folder.path().resolve("golden"), false);
            ModelPackage embedder = PackageArchive.read(
                    models.stretched(new ModelId("faces", "1"), faces, golden), "the stretched faces");
            Figures people = figures(embedder, faces, folder.path().resolve("people"), TURNS_OF_FACES);
            Path clothes =
                    FashionImages.read(FASHION, "train").write(folder.path().resolve("all-clothes"), ALL_KINDS, EACH);
            ModelPackage drawings = ShippedModel.read("compact");
            Figures kinds = figures(drawings, clothes, folder.path().resolve("kinds"), TURNS_OF_KINDS);
            Served served = served(ModelId.of(drawings.manifest()), clothes, folder.path());
            return new Result(
                    people.kept() && kinds.kept() && served.swapped(),
                    "faces, stretched: %s; clothes on compact: %s; over the service: %s"
                            .formatted(people, kinds, served));
        }
    }

    /** Fits and judges in turn, so that each class is judged once by a head that has not learned from it. */
    private static Figures figures(ModelPackage parent, Path images, Path target, int turns) throws Exception {
        double before = 0;
        double after = 0;
        double seconds = 0;
        List<String> heads = new ArrayList<>();
        for (int turn = 0; turn < turns; turn++) {
            int judging = turn;
            int deciding = (turn + 1) % turns;
            Path judged = some(images, target.resolve(turn + "-judged"), each -> each % turns == judging);
            Path validation = some(images, target.resolve(turn + "-validation"), each -> each % turns == deciding);
            Path learned = some(
                    images,
                    target.resolve(turn + "-learned"),
                    each -> each % turns != judging && each % turns != deciding);
            long begun = System.nanoTime();
            ModelPackage fitted = PackageArchive.read(
                    new HeadRun()
                            .run(
                                    new HeadOptions(
                                            new TrainingOptions.Sources(
                                                    DataSource.of(learned),
                                                    Optional.of(DataSource.of(validation)),
                                                    new Split.Rule(Split.SplitUnit.CLASS, 0.2, 1)),
                                            "fitted",
                                            Integer.toString(turn),
                                            parent,
                                            new HeadSettings(HeadSettings.STEPS, HeadSettings.LEARNING_RATE, 1)),
                                    new Printed()),
                    "the fitted head");
            seconds = Math.max(seconds, (System.nanoTime() - begun) / 1e9);
            ImageSet others = ImageSet.read(judged, parent.manifest().input().channels());
            double parents = eer(parent, others);
            double own = eer(fitted, others);
            String head = fitted.manifest().training().settings().get("head");
            System.err.printf(Locale.ROOT, "turn %d: %s, EER %.4f after %.4f%n", turn, head, own, parents);
            before += parents / turns;
            after += own / turns;
            heads.add(head);
        }
        return new Figures(before, after, seconds, heads);
    }

    /** Asks a trainer for a head, and a verifier to serve it. */
    private static Served served(ModelId parent, Path clothes, Path folder) throws Exception {
        try (Rig rig = new Rig()) {
            Settings settings = rig.settings(
                    "heads",
                    "trainer.group",
                    "heads-trainer",
                    "trainer.http.port",
                    "0",
                    "trainer.data.root",
                    clothes.getParent().toString(),
                    "trainer.work.dir",
                    folder.resolve("work").toString());
            rig.createTopics(settings);
            long begun = System.nanoTime();
            try (VerifierService verifier = Rig.verifier(settings);
                    TrainerRig trainer = TrainerRig.start(
                            settings, new DjlTrainer(Wired.clients(settings), Wired.topics(settings)))) {
                trainer.post(
                        "{\"id\": \"fit\", \"architecture\": \"head\", \"parent\": \"%s\", \"name\": \"%s\", \"version\": \"%s\", \"images\": \"%s\", \"splitShare\": 0.3}"
                                .formatted(parent, FITTED.name(), FITTED.version(), clothes.getFileName()));
                JsonNode run = Awaitility.await("the run's end")
                        .atMost(LIMIT)
                        .until(
                                () -> trainer.run("fit"),
                                each -> Set.of("PUBLISHED", "REFUSED", "FAILED")
                                        .contains(each.path("state").asText()));
                if (!run.path("state").asText().equals("PUBLISHED")) {
                    return new Served(false, run.path("reason").asText(), 0);
                }
                Instant effective = Wired.control(settings)
                        .activate(FITTED, EffectiveTime.SOONEST, "a check", "acceptance", false)
                        .activated()
                        .effectiveAt();
                Awaitility.await("the verifier serves what was fitted")
                        .atMost(LIMIT)
                        .until(() -> Instant.now().isAfter(effective)
                                && FITTED.name().equals(verifier.status().get("model")));
                return new Served(true, run.path("reason").asText(), (System.nanoTime() - begun) / 1e9);
            }
        }
    }

    private static double eer(ModelPackage model, ImageSet images) throws IOException {
        return PairEvaluation.of(model, images).measures().get("eer");
    }

    /** Copies those classes to a folder whose number is among the chosen ones. */
    private static Path some(Path images, Path target, IntPredicate chosen) throws IOException {
        List<Path> all;
        try (Stream<Path> folders = Files.list(images)) {
            all = folders.filter(Files::isDirectory)
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        }
        for (int each : IntStream.range(0, all.size()).filter(chosen).toArray()) {
            Path copy = Files.createDirectories(target.resolve(all.get(each).getFileName()));
            try (Stream<Path> files = Files.list(all.get(each))) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
        }
        return target;
    }

    private static final class Printed implements TrainingListener {
        @Override
        public void onProgress(Progress progress) {}

        @Override
        public void onData(DataReport report) {
            report.lines().forEach(System.err::println);
        }

        @Override
        public void onFinding(String line) {
            System.err.println(line);
        }
    }

    /** What parent and heads are worth on classes that no head has learned from, as means over the turns. */
    private record Figures(double before, double after, double mostSeconds, List<String> heads) {
        boolean kept() {
            return after <= before && mostSeconds <= MOST_SECONDS;
        }

        @Override
        public String toString() {
            return "EER %.2f %% before and %.2f %% after, at most %.0f s a head, kept were %s"
                    .formatted(100 * before, 100 * after, mostSeconds, String.join(", ", heads));
        }
    }

    /** What became of a run over the trainer service. */
    private record Served(boolean swapped, String reason, double seconds) {
        @Override
        public String toString() {
            return swapped
                    ? "%s, and the verifier served it after %.0f s".formatted(reason, seconds)
                    : "not published: " + reason;
        }
    }
}
