package io.twinstream.deploy.acceptance.training;

import io.twinstream.deploy.acceptance.rig.FashionImages;
import io.twinstream.deploy.acceptance.rig.Omniglot;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.TrainingCheck;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Trains on photographs of products, as JPEG in colour: a model trained on seven kinds tells three others apart with a lower
 * equal error rate than the distance of the pixels does on the same pairs, and the verifier judges them with it.
 */
public final class Fashion implements TrainingCheck {
    private static final Path DATASET = Path.of("/usr/share/datasets/fashion-mnist");
    /** The kinds that are left out, which are the last three: sneakers, bags, ankle boots. */
    private static final Set<Integer> UNSEEN = Set.of(7, 8, 9);

    private static final Set<Integer> LEARNED = Set.of(0, 1, 2, 3, 4, 5, 6);
    private static final int LEARNED_EACH = 1000;
    private static final int UNSEEN_EACH = 300;
    private static final int STEPS = 600;
    private static final int QUICK_STEPS = 100;
    private static final int PROBES = 2000;
    /** The share of pictures that may be called out of the domain, as the check {@code domain} allows of a model's own kind. */
    private static final double MOST_TURNED_AWAY = 0.005;

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final long SEED = 1;

    @Override
    public Result run(Omniglot unused, boolean quick) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("fashion")) {
            return run(folder.path(), quick);
        }
    }

    private static Result run(Path folder, boolean quick) throws Exception {
        FashionImages train = FashionImages.read(DATASET, "train");
        Path learned = train.write(folder.resolve("learned"), LEARNED, LEARNED_EACH);
        Path unseen = train.write(folder.resolve("unseen"), UNSEEN, UNSEEN_EACH);
        // For the thresholds: other images of the unseen kinds.
        Path validation = FashionImages.read(DATASET, "t10k").write(folder.resolve("validation"), UNSEEN, UNSEEN_EACH);
        Path out = folder.resolve("fashion.zip");
        int steps = quick ? QUICK_STEPS : STEPS;
        // Seven kinds teach little: turned ones, as kinds of their own, make twenty-eight.
        try (TrainingProcess training = TrainingProcess.start(
                out,
                learned,
                validation,
                "--input",
                "28x28x3",
                "--photographs",
                "--symmetries",
                "4",
                "--learning-rate",
                "0.002",
                "--steps",
                Integer.toString(steps))) {
            training.await();
        }
        ModelPackage model = PackageArchive.read(out);
        ImageSet images = ImageSet.read(unseen, model.manifest().input().channels());
        Map<String, Double> measures = PairEvaluation.of(model, images).measures();
        double eer = measures.get("eer");
        double ofPixels = PixelBaseline.equalErrorRate(images);
        Judged judged = judge(out, images);
        String figures =
                "7 kinds learned in %d steps, kinds %s unseen: EER %.2f %% on %.0f pairs, of pixels %.2f %%; verifier: %s"
                        .formatted(
                                steps,
                                UNSEEN.stream().sorted().toList(),
                                100 * eer,
                                measures.get("genuinePairs") + measures.get("impostorPairs"),
                                100 * ofPixels,
                                judged);
        return new Result(judged.all() && (quick || eer < ofPixels), figures);
    }

    /**
     * Sends claims and pairs about the unseen kinds, half of them genuine, through the verifier; one image of each kind is
     * enrolled.
     */
    private static Judged judge(Path model, ImageSet images) throws Exception {
        Random random = new Random(SEED);
        try (Rig rig = new Rig()) {
            Topics topics = rig.createTopics("fashion");
            List<ImageClass> kinds = images.classes();
            for (ImageClass kind : kinds) {
                rig.enrol(topics, kind.name(), "first", kind.images().get(0).encoded());
            }
            rig.flush();
            Map<String, Boolean> genuine = new HashMap<>();
            try (VerifierService verifier = Rig.verifier(
                            rig.settings("fashion", VerifierSettings.MODEL, model.toString()), kinds.size());
                    TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                for (int i = 0; i < PROBES; i++) {
                    boolean same = i % 4 < 2;
                    int kind = random.nextInt(kinds.size());
                    int other = same ? kind : (kind + 1 + random.nextInt(kinds.size() - 1)) % kinds.size();
                    byte[] probe = any(kinds.get(kind), random);
                    genuine.put("probe-" + i, same);
                    if (i % 2 == 0) {
                        rig.claim(topics, "probe-" + i, probe, kinds.get(other).name());
                    } else {
                        rig.pair(topics, "probe-" + i, probe, any(kinds.get(other), random));
                    }
                }
                rig.flush();
                answers.await(PROBES, LIMIT);
                System.err.println(verifier.status());
                return Judged.of(answers, genuine);
            }
        }
    }

    private static byte[] any(ImageClass kind, Random random) {
        // The first is enrolled.
        List<DecodedImage> others = kind.images().subList(1, kind.images().size());
        return others.get(random.nextInt(others.size())).encoded();
    }

    /** Holds what the verifier said. */
    private record Judged(int matchedGenuine, int matchedImpostor, int verdicts, int decided, int deadLetters) {
        static Judged of(TopicAnswers answers, Map<String, Boolean> genuine) {
            int matchedGenuine = 0;
            int matchedImpostor = 0;
            int decided = 0;
            for (Verdict verdict : answers.verdicts().values()) {
                decided += verdict.getOutcome() == Outcome.UNDECIDED ? 0 : 1;
                if (verdict.getOutcome() == Outcome.MATCH) {
                    matchedGenuine += genuine.get(verdict.getProbeId()) ? 1 : 0;
                    matchedImpostor += genuine.get(verdict.getProbeId()) ? 0 : 1;
                }
            }
            return new Judged(
                    matchedGenuine,
                    matchedImpostor,
                    answers.verdicts().size(),
                    decided,
                    answers.deadLetters().size());
        }

        /**
         * Returns whether every picture has a verdict, and the model calls hardly any out of its domain: its validation images
         * are of other kinds, so that it turns some away.
         */
        boolean all() {
            return verdicts == PROBES && PROBES - decided <= MOST_TURNED_AWAY * PROBES && deadLetters == 0;
        }

        @Override
        public String toString() {
            return "%d of %d claims and pairs have a verdict, %d decided, %d dead letters, FMR %.4f, FNMR %.4f"
                    .formatted(
                            verdicts,
                            PROBES,
                            decided,
                            deadLetters,
                            matchedImpostor / (PROBES / 2.0),
                            1 - matchedGenuine / (PROBES / 2.0));
        }
    }
}
